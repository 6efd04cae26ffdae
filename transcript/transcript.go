// Package transcript reads logs and other text recordings of FTP control connections as one
// stream of events. Each [Event] has its connection, its side, its time, its bytes and its
// place in the file.
//
// [Open] recognises the format from the first lines. It removes the additions of terminals,
// syslog, containers, CI systems and mail programs: colour, times, names, quotes. If no format
// fits, it learns the marks that precede commands and replies (see [Marks]). The format with
// the most lines wins, and between equals none is chosen.
//
// The package does not interpret replies. The field Keeps of a [Format] names the details that
// a recording has kept; nothing may be concluded from the others. If a log has lost the line
// endings, CR LF is added to each line. A recording in which no reply is found is a
// [*FormatError]. Memory is bounded for any input.
package transcript

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"regexp"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// A Side is the server or the client of a control connection.
type Side uint8

const (
	Server Side = iota // sends replies
	Client             // sends commands
)

// String returns "server" or "client".
func (s Side) String() string {
	if s == Client {
		return "client"
	}
	return "server"
}

// A Kind is the kind of an [Event].
type Kind uint8

const (
	Data   Kind = iota // bytes that one side sent
	Gap                // bytes of that side are missing here
	HangUp             // that side has closed its direction of the connection
	Closed             // the connection has ended; its number may come again for another
)

// An Event is the next part of a connection. The boundaries between Data events have no
// meaning.
type Event struct {
	Kind  Kind
	Conn  int       // number of the connection in the recording
	Side  Side      // whose bytes they are
	Time  time.Time // zero when unknown; see Format.Clock
	Bytes []byte    // of Data, valid until the next call to Reader.Next
	TLS   bool      // the bytes were sent under TLS; the recording may have them decrypted
	Lost  int64     // of a Gap: how many bytes, 0 when unknown

	// Typed reports that the recording shows the input of a user at a prompt, and not the bytes that
	// the client sent.
	Typed bool

	// Transferred is how many bytes the transfer moved that these Data complete, as the recording
	// says; 0 when it does not.
	Transferred int64

	// Server and Client are the addresses of both sides, zero where the recording does not name
	// them. A port of 0 is unknown.
	Server, Client netip.AddrPort

	Record int64 // number of the line or packet in the recording, from 1
}

// A Clock is the origin of the times of a format.
type Clock uint8

const (
	NoClock       Clock = iota // times are missing
	RelativeClock              // from the start of the recording, which is put at Epoch
	AbsoluteClock              // a date and a time of day
)

// Epoch is the origin of a [RelativeClock].
var Epoch = time.Unix(0, 0).UTC()

// A Format is one kind of recording.
type Format struct {
	Name       string
	Producer   string       // the programs that write it
	Recognised string       // how it differs from the other formats
	Loses      string       // other missing parts of the connection, beside the details that Keeps does not contain
	Keeps      fidelity.Set // the details that a recording in this format keeps
	Clock      Clock

	Switch   string // the setting that makes the program log commands and replies
	Example  string // a few lines of a log
	Versions string // of the program, whose logs were tried

	// recognise returns the number of lines of the head that have the shape of this format, 0
	// if the recording has another.
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

// Formats yields all formats, in the order in which they are tried.
func Formats() iter.Seq[*Format] {
	return func(yield func(*Format) bool) {
		for _, f := range formats {
			if !yield(f) {
				return
			}
		}
	}
}

// A Reader reads the events of one recording. It reads no further than the next event needs.
type Reader struct {
	Format *Format // with the fidelity of this recording, which may have lost more than others
	Marks  *Marks  // of the format generic, learned or given; nil for the others

	events watcher
}

// Open recognises the format of r from its first lines, or takes the format of that name. The
// error is a [*FormatError] if the format is not known or cannot be recognised.
//
// Open reads up to 64 KiB: to the end of r, or to an error. If some bytes came before the
// error, it uses these and continues with the next Read. A live source can therefore stop the
// wait with an error such as [os.ErrDeadlineExceeded], which it returns once. Open does not
// wait if name is "raw".
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

// errNoMark means that Marks name a time or a session, which are found only beside a mark.
var errNoMark = errors.New("a layout of times or a pattern of sessions needs the mark of replies or of commands")

// OpenMarked reads a log in which the marks m precede commands and replies. It returns an
// error if m.Session is not a regular expression, or if m has neither mark but a Time or a
// Session. The zero Marks are learned.
func OpenMarked(r io.Reader, m Marks) (*Reader, error) {
	if m.IsZero() {
		if m.Time != "" || m.Session != "" {
			return nil, errNoMark
		}
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
