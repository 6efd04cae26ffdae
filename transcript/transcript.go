// Package transcript reads recordings of control connections, whatever made
// them, as one stream of events: on which connection, from which side, when, and
// which bytes.
//
// It knows nothing of replies. What a format keeps and what it has lost is its
// [Fidelity]; a reader must not conclude from what the format cannot show.
//
// A format is one entry of a table and one file: how it is recognised from its
// first bytes, and how it is decoded. Memory is bounded whatever the input.
package transcript

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"strings"
	"time"
)

// A Side is one of the two that speak on a control connection (RFC 959, section 2.2).
type Side uint8

const (
	Server Side = iota // the server-PI, which sends replies
	Client             // the user-PI, which sends commands
)

// String returns "server" or "client".
func (s Side) String() string {
	if s == Client {
		return "client"
	}
	return "server"
}

// A Kind says what an [Event] is.
type Kind uint8

const (
	Data   Kind = iota // bytes that one side sent
	Gap                // bytes of that side are missing here
	HangUp             // that side has closed its direction of the connection
	Closed             // the connection has ended; its number may come again for another
)

// An Event is what happened next on a connection. How a stream is cut into events has
// no meaning.
type Event struct {
	Kind  Kind
	Conn  int       // number of the connection in the recording
	Side  Side      // whose bytes they are
	Time  time.Time // zero when unknown; see Fidelity.Clock
	Bytes []byte    // of Data, lent until the next call of Reader.Next
	Lost  int64     // of a Gap: how many bytes, 0 when unknown

	// Server and Client are the addresses of the two, where the recording tells.
	Server, Client netip.AddrPort

	Record int64 // which line or packet of the recording it was, from 1
}

// A Clock says what the times of a format count from.
type Clock uint8

const (
	NoClock       Clock = iota // there are no times
	RelativeClock              // from the start of the recording, which is put at Epoch
	AbsoluteClock              // a date and a time of day
)

// Epoch is what a [RelativeClock] counts from.
var Epoch = time.Unix(0, 0).UTC()

// Fidelity says what a format keeps of a control connection.
type Fidelity struct {
	LineEnds  bool // CR and LF are those of the wire
	AllBytes  bool // NUL, control characters and 8-bit text too
	AllLines  bool // the interior lines of multi-line replies too
	BothSides bool // commands and replies, told apart
	Clock     Clock
}

// A Format is one kind of recording.
type Format struct {
	Name     string
	Summary  string // one line
	Fidelity Fidelity

	// recognise reports whether a recording that begins so may be of this format.
	recognise func(head []byte) bool
	// decode returns a function that reads one event after another, io.EOF at the end.
	decode func(r *bufio.Reader) func(*Event) error
}

// formats is the table: an entry and a file for each format.
var formats = []*Format{&raw, &exchange}

// Formats lists what can be read.
func Formats() iter.Seq[*Format] {
	return func(yield func(*Format) bool) {
		for _, f := range formats {
			if !yield(f) {
				return
			}
		}
	}
}

// ErrFormat: the bytes are of no format that is known, or of several.
var ErrFormat = errors.New("format not recognised")

// bufferSize is how much is read at a time, and how much there is to recognise a format by.
const bufferSize = 64 << 10

// A Reader reads the events of one recording.
type Reader struct {
	Format *Format

	next func(*Event) error
}

// Open recognises the format of r from its first bytes, or takes the one of that
// name. It returns an error that matches [ErrFormat] when that cannot be done.
func Open(r io.Reader, name string) (*Reader, error) {
	source := bufio.NewReaderSize(r, bufferSize)
	f, err := named(name)
	if name == "" {
		f, err = recognised(source)
	}
	if err != nil {
		return nil, err
	}
	return &Reader{f, f.decode(source)}, nil
}

// Next reads the next event, io.EOF at the end. Any other error is the last.
func (r *Reader) Next() (e Event, err error) {
	err = r.next(&e)
	return e, err
}

func named(name string) (*Format, error) {
	var names []string
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("%w: there is no %q, only %s", ErrFormat, name, strings.Join(names, ", "))
}

// recognised asks every format about the first bytes, as many as one read gives.
func recognised(source *bufio.Reader) (*Format, error) {
	head, err := peekEnough(source)
	if err != nil {
		return nil, err
	}
	var found []*Format
	for _, f := range formats {
		if f.recognise(head) {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if len(head) == 0 {
			return nil, fmt.Errorf("%w: it is empty", ErrFormat)
		}
		return nil, fmt.Errorf("%w: it begins with %q", ErrFormat, firstWord(head))
	default:
		return nil, fmt.Errorf("%w: it may be %s or %s", ErrFormat, found[0].Name, found[1].Name)
	}
}

// firstWord is all that an error shows: what follows may be a password.
func firstWord(head []byte) []byte {
	head = head[:min(len(head), 16)]
	if i := bytes.IndexAny(head, " \t\r\n"); i >= 0 {
		head = head[:i]
	}
	return head
}

// enough is how many bytes tell the formats apart; a pipe may bring them slowly.
const enough = 256

// peekEnough looks at the first bytes: a whole line or enough of it, and all that
// came with it.
func peekEnough(source *bufio.Reader) ([]byte, error) {
	for n := 1; ; n++ {
		head, err := source.Peek(n)
		if err != nil && err != io.EOF {
			return nil, err
		}
		if err == io.EOF || n == enough || n > 1 && head[n-1] == '\n' {
			return source.Peek(source.Buffered())
		}
	}
}
