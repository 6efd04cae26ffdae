package dialogue

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ftpreply/ftpreply"
)

// Send and Await are the two halves of one exchange, for authors of clients. They open no
// connection and keep no state except that of the Parser and the Sequencer, which belong to
// the same control connection.

// ErrUnread is returned by [Send] if a reply is buffered that the client has not read. The
// client and the server disagree about the number of replies, or the server is closing the
// connection with a 421. Read the reply with [Await].
var ErrUnread = errors.New("dialogue: a reply is buffered before the command is sent")

// Send writes a command to w, which is the control connection that p reads, and passes it to
// s. It returns [ErrUnread] and writes nothing if bytes from the server are buffered in p: the
// reply to the new command would then be taken for that of another one. verb and arg are those
// of [ftpreply.AppendCommand], whose errors Send returns too.
func Send(w io.Writer, p *ftpreply.Parser, s *Sequencer, verb, arg string) error {
	if p.Buffered() > 0 {
		return ErrUnread
	}
	line, err := ftpreply.AppendCommand(nil, verb, arg)
	if err != nil {
		return err
	}
	s.Command(verb, arg)
	if _, err := w.Write(line); err != nil {
		return fmt.Errorf("dialogue: sending %s: %w", verb, err)
	}
	return nil
}

// Await reads replies from p, passes each to s, and returns the first that is not
// preliminary. Call it once for the greeting and once for each command that was sent. The
// Reply is valid until the next call of a method of p.
//
// The error is [ftpreply.Reply.Err] of the final reply: nil for 2yz and 3yz, otherwise a
// [*ftpreply.ReplyError]. A 421 is returned at once, whether it belongs to the command or not;
// errors.Is reports [ftpreply.ErrServiceClosing] for it. Errors of p are returned unchanged.
//
// For the first preliminary reply (1yz), Await calls started, unless it is nil. There a client
// can move the data of a transfer. The Reply is valid during the call. Await reads the final
// reply even if started fails, and then joins both errors. It skips further preliminary
// replies, which Pure-FTPd sends.
//
// Await sets no deadline; set one on the connection first. If the deadline passes inside a
// reply, Await tries once to read the reply as the most lenient clients do, with the
// LineEnding [ftpreply.AnyLF] and with AnyCode. If it is then complete, it is returned, with the
// deviations that the server has; otherwise Await returns the error of the deadline. The
// Options of p are restored in both cases.
func Await(p *ftpreply.Parser, s *Sequencer, started func(ftpreply.Reply) error) (ftpreply.Reply, error) {
	var failed error
	for {
		r, err := p.Next()
		if isTimeout(err) && len(p.Pending()) > 0 {
			strict := p.Options
			p.LineEnding, p.AnyCode = ftpreply.AnyLF, true
			var lenientErr error
			if r, lenientErr = p.Next(); !isTimeout(lenientErr) {
				err = lenientErr
			}
			p.Options = strict
		}
		final := err != nil
		if err == nil {
			final = s.Reply(r.Code()).Final
			err = r.Err()
		}
		switch {
		case final && failed != nil:
			return r, errors.Join(failed, err)
		case final:
			return r, err
		}
		if started != nil {
			failed, started = started(r), nil
		}
	}
}

// isTimeout reports whether err is a deadline of a connection.
func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
