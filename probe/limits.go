package probe

import (
	"cmp"
	"errors"
	"time"
)

// Limits bound what a server can make a [Session] wait for, or take in. Zero stands for
// the default of each.
type Limits struct {
	Reply    time.Duration // from a command to its final reply; 10 s
	Transfer time.Duration // from the opening of a data connection to its end; 20 s
	Linger   time.Duration // for replies that nobody has asked for; 200 ms
	Bytes    int64         // of one data connection, and of the replies to one command; 4 MiB
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Reply:    cmp.Or(l.Reply, 10*time.Second),
		Transfer: cmp.Or(l.Transfer, 20*time.Second),
		Linger:   cmp.Or(l.Linger, 200*time.Millisecond),
		Bytes:    cmp.Or(l.Bytes, 4<<20),
	}
}

// maxReplies is how many replies to one command are kept.
const maxReplies = 100

// Why a [Session] could not do what it was asked to.
var (
	ErrNoReply     = errors.New("no final reply in time")
	ErrClosed      = errors.New("the server has closed the control connection")
	ErrTooMuch     = errors.New("the replies have more bytes than the limit")
	ErrForeignHost = errors.New("the data connection would go to, or came from, another host than the server")
	ErrNoHost      = errors.New("the server's address is not known, so there is no data connection")
)
