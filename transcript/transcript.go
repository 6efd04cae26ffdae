// Package transcript reads recordings of control connections, whatever made
// them, as one stream of events: on which connection, from which side, when, and
// which bytes.
//
// It knows nothing of replies. What a format keeps and what it has lost is its
// package fidelity; a reader must not conclude from what the format cannot show.
//
// What the way to here has put around a log is taken away: UTF-16 and the marks of text
// files, CR LF, colour, and the prefix that syslog or journald puts before a line. Where a log
// has lost CR, the bytes of an event are the line with CR LF behind it.
//
// A format is one entry of a table and one file: how it is recognised from its first
// lines, and how it is decoded. The format with the most lines of its own has the
// recording; between equals none is chosen. Memory is bounded whatever the input.
package transcript

import (
	"fmt"
	"io"
	"iter"
	"net/netip"
	"regexp"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
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
	Time  time.Time // zero when unknown; see Format.Clock
	Bytes []byte    // of Data, lent until the next call of Reader.Next
	TLS   bool      // they were sent under TLS, as the recording says, which may have them in clear
	Lost  int64     // of a Gap: how many bytes, 0 when unknown

	// Typed reports that the recording shows what a user typed at a prompt, and not the bytes that
	// the client sent.
	Typed bool

	// Transferred is how many bytes the transfer moved that these Data complete, as the recording
	// says; 0 when it does not.
	Transferred int64

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

// A Format is one kind of recording.
type Format struct {
	Name       string
	Producer   string       // the programs that write it
	Recognised string       // by what it is told from the others
	Loses      string       // what else of the connection is missing, beside the details that Keeps does not contain
	Keeps      fidelity.Set // the details that a recording in this format keeps
	Clock      Clock

	Switch   string // what makes the program log commands and replies
	Example  string // a few lines of a log
	Versions string // of the program, whose logs were tried

	// recognise returns how many lines of the head have the shape of this format, 0
	// when the recording is of another.
	recognise func(head []byte) int
	// decode returns a function that reads one event after another, io.EOF at the end.
	decode func(*input) func(*Event) error

	wire     bool // the input is the wire's bytes: none of it is noise
	syslog   bool // decode wants the prefix that syslog puts before a line
	colour   bool // decode wants the colour of a line
	keepsEnd bool // a line of the wire is written with its own end
}

// formats is the table: an entry and a file for each format.
var formats = []*Format{
	&raw,
	&exchange,
	&curl,
	&curlTrace,
	&curlTraceASCII,
	&lftp,
	&ftplib,
	&bsdftp,
	&wget,
	&netftp,
	&ncftp,
	&filezilla,
	&filezillaWindow,
	&fluentftp,
	&basicftp,
	&nodeftp,
	&commonsNet,
	&unmarked,
	&rclone,
	&aria2,
	&yafc,
	&gftp,
	&tcllib,
	&vsftpd,
	&proftpdTrace,
	&proftpdExtended,
	&proftpdCodes,
	&pureFTPd,
	&tsharkEK,
	&tsharkFollow,
	&tsharkASCII,
	&pyftpdlib,
	&ftpserverlib,
	&inetutilsFTPD,
	&winscp,
	&cyberduck,
	&filezillaServer09,
	&filezillaServer,
	&flashfxp,
	&packetList,
	&tcpdumpText,
	&zeek,
	&eve,
	&iis,
	&zgrab2,
	&typed,
	&generic,
}

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

// A Reader reads the events of one recording.
type Reader struct {
	Format *Format // with the fidelity of this recording, which may have lost more than others
	Marks  *Marks  // of the format generic, learned or given; nil for the others

	events watcher
}

// Open recognises the format of r from its first lines, or takes the one of that
// name. It returns an error that matches [ErrFormat] when that cannot be done.
//
// It waits for 64 KiB or for the end, save for raw by its name.
func Open(r io.Reader, name string) (*Reader, error) {
	in := &input{Reader: newBuffer(r)}
	f, err := named(name)
	if err != nil {
		return nil, err
	}
	if f != nil && f.wire {
		return newReader(f, in, nil), nil
	}
	head, err := in.prepare()
	if err != nil {
		return nil, err
	}
	among := formats
	if f != nil {
		among = []*Format{f}
	}
	c := choose(head, among)
	switch {
	case c.format != nil:
		in.wrappings, in.marks = c.wrappings, c.marks
	case f == nil || f == &generic:
		e := &FormatError{Name: name, Known: f != nil, Several: c.several, Err: c.err}
		return nil, e.explain(head)
	default:
		c.format = f
		in.wrappings = c.wrappings
	}
	f, in.foreign = c.seen()
	return newReader(f, in, c.head), nil
}

// OpenMarked reads a log in which the marks m precede commands and replies. It returns an
// error if m.Session is not a regular expression. The zero Marks are learned.
func OpenMarked(r io.Reader, m Marks) (*Reader, error) {
	if m.IsZero() {
		return Open(r, generic.Name)
	}
	if _, err := regexp.Compile(m.Session); err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	in := &input{Reader: newBuffer(r), marks: &m}
	head, err := in.prepare()
	if err != nil {
		return nil, err
	}
	c := candidate{format: &generic, head: head, wrappings: wrappings{outer: head.wrap, clock: head.clock()}}
	in.wrappings = c.wrappings
	own := generic
	own.Keeps |= fidelity.AllLines
	if m.Command == "" {
		own.Loses = "who sent a line, where a text looks like a command"
	}
	if own.Clock = m.clock(head.bare); own.Clock == NoClock {
		own.Clock, in.foreign = c.clock, true
	}
	return newReader(&own, in, head), nil
}

// newReader returns a reader of a format, the head of whose recording may be nil.
func newReader(f *Format, in *input, h *head) *Reader {
	in.format = f
	return &Reader{Format: f, Marks: in.marks, events: watcher{next: f.decode(in), in: in, format: f, head: h}}
}

// Next reads the next event. It returns io.EOF at the end, and a [*FormatError] there if the
// recording has no reply. Any error is permanent.
func (r *Reader) Next() (e Event, err error) {
	err = r.events.Next(&e)
	return e, err
}

// Skipped returns the number of lines so far that were longer than 4 MiB. Each is reported as
// a Gap of the connection that was spoken of last.
func (r *Reader) Skipped() int64 { return r.events.in.skipped }

// named returns the format of a name, nil for the empty name.
func named(name string) (*Format, error) {
	if name == "" {
		return nil, nil
	}
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
	}
	return nil, &FormatError{Name: name}
}

// recognised asks formats how many of the first lines are their own. The one with the most
// has it. If several have equally many, it returns their names and no format.
func recognised(h *head, among []*Format) (best *Format, most int, several []string) {
	for _, f := range among {
		n := f.recognise(h.of(f))
		if n > most {
			best, most, several = f, n, nil
		}
		if n > 0 && n == most {
			several = append(several, f.Name)
		}
	}
	if len(several) > 1 {
		return nil, most, several
	}
	return best, most, nil
}
