// Package recording reads a recording of FTP control connections in any form that users
// have, as one stream of [transcript.Event]: logs of clients and servers, raw bytes and
// packet captures, compressed or not. [Open] recognises the form from the first bytes.
//
// Memory is bounded whatever the input, and events are returned as soon as their bytes
// have arrived, so a recording may be a pipe from a program that still runs.
package recording

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/recording/internal/pcap"
	"github.com/ftpreply/ftpreply/transcript"
)

// Options changes how [Open] reads a recording. The zero value recognises everything.
type Options struct {
	// Format is the name of a format in [Formats]. If it is empty, Open recognises the format.
	Format string

	// Marks are the texts before commands and replies in a log of no other format. With the
	// zero value, they are learned. Marks other than these imply the format "generic", and
	// Open returns an error if Format is the name of another one.
	Marks transcript.Marks

	// Ports lists server ports of control connections in a packet capture, in addition to
	// 21 and 2121. Connections to other ports are recognised by the first bytes of both
	// sides; a capture of one side needs the port.
	Ports []uint16

	// Unlimited lifts the limits of decompression. Without it, decompressed bytes beyond
	// 64 MiB must not be more than 1,000 times the compressed bytes, nor more than 64 GiB.
	Unlimited bool

	// Pause is the silence after which Open recognises the format of text from the bytes
	// that have come. With 0, Open waits for 64 KiB or the end of the recording. A format
	// that is not recognised then is tried again when more bytes have come.
	Pause time.Duration

	after func(time.Duration) <-chan time.Time // time.After, except in tests
}

// A Reader reads the events of one recording.
type Reader struct {
	format *transcript.Format
	events interface {
		Next() (transcript.Event, error)
	}
	marks *transcript.Marks
	early bool
}

// Open decompresses r if necessary and recognises its format, or takes the format that o
// names. It reads the first bytes of r. The error matches [transcript.ErrFormat] if the
// format is not known, and is an [*UnsupportedError] if only its name is known. Positions
// in errors are offsets in r or in the decompressed bytes.
func Open(r io.Reader, o Options) (*Reader, error) {
	if names := formatNames(); o.Format != "" && !slices.Contains(names, o.Format) {
		return nil, fmt.Errorf("%w: there is no %q, only %s", transcript.ErrFormat, o.Format, strings.Join(names, ", "))
	}
	if o.marked() && o.Format != "" && o.Format != genericName {
		return nil, fmt.Errorf("marks are of the format %s, not of %s", genericName, o.Format)
	}
	bound := &defaultLimits
	if o.Unlimited {
		bound = nil
	}
	source, err := decompress(r, bound)
	if err != nil {
		return nil, err
	}
	head, err := peekMagic(source)
	if err != nil {
		return nil, err
	}
	if err := checkSupported(head); err != nil {
		return nil, err
	}
	if o.Format == pcap.Format.Name || o.Format == "" && !o.marked() && pcap.Recognise(head) {
		p, err := pcap.NewReader(source, o.Ports...)
		if err != nil {
			return nil, err
		}
		return &Reader{format: &pcap.Format, events: p}, nil
	}
	if o.Pause > 0 && !mayBeUTF16(head) {
		return openLive(source, &o)
	}
	t, err := o.openText(source)
	if err != nil {
		return nil, err
	}
	return &Reader{format: t.Format, events: t, marks: t.Marks}, nil
}

// genericName is the format that has marks.
const genericName = "generic"

// marked reports whether the user has given marks.
func (o *Options) marked() bool {
	return !o.Marks.IsZero() || o.Marks.Time != "" || o.Marks.Session != ""
}

// openText opens the reader of a text.
func (o *Options) openText(r io.Reader) (*transcript.Reader, error) {
	if o.marked() {
		return transcript.OpenMarked(r, o.Marks)
	}
	return transcript.Open(r, o.Format)
}

// openLive opens a text whose bytes may come slowly. It tries again after each pause.
func openLive(source *bufio.Reader, o *Options) (*Reader, error) {
	live := &pauseReader{r: source, length: o.Pause, after: time.After}
	if o.after != nil {
		live.after = o.after
	}
	buffer := bufio.NewReaderSize(live, bufferSize) // transcript.Open takes it as it is, and looks without reading
	for {
		t, err := o.openText(buffer)
		if err == nil {
			early := live.paused
			live.release()
			return &Reader{format: t.Format, events: t, marks: t.Marks, early: early}, nil
		}
		if !live.paused || !errors.Is(err, transcript.ErrFormat) {
			return nil, err
		}
		if _, err := buffer.Peek(buffer.Buffered() + 1); err != nil && err != io.EOF {
			return nil, err
		}
	}
}

// mayBeUTF16 reports whether a text may be UTF-16, for which package transcript needs the
// bytes without a pause.
func mayBeUTF16(head []byte) bool {
	return len(head) >= 2 && (head[0] == 0 || head[1] == 0 || head[0] >= 0xfe && head[1] >= 0xfe)
}

// Next returns the next event, and io.EOF after the last one. Any other error is permanent.
// The bytes of the event are valid until the next call to Next.
func (r *Reader) Next() (transcript.Event, error) { return r.events.Next() }

// Format returns the format of the recording, with the fidelity of this recording, which
// may be lower than that of others of the format.
func (r *Reader) Format() *transcript.Format { return r.format }

// Marks returns the marks of commands and replies, learned or given, if the format is
// "generic"; otherwise nil.
func (r *Reader) Marks() *transcript.Marks { return r.marks }

// Early reports whether the format was recognised after a pause, from fewer bytes than
// usual. See [Options.Pause].
func (r *Reader) Early() bool { return r.early }

// ShowsEnds reports whether the recording shows the end of every connection that ended.
// In other recordings, a connection without a [transcript.Closed] event may have ended.
func (r *Reader) ShowsEnds() bool { return r.format == &pcap.Format }

// A Skip counts input that was not examined for one reason.
type Skip struct {
	// Reason is "longer than 4 MiB" for lines of a text. It is one of these, for packets: "link type N", "not IP", "not TCP", "cut or
	// damaged header", "incomplete fragments", "unknown encapsulation", "encrypted", "no
	// data" (such as an acknowledgement that is all of its connection in the capture). For
	// connections: "data connection", "not FTP", "encrypted" (from the first byte), "too few
	// bytes" (one of the sides has said too little to recognise FTP), "too many
	// connections" (open at a time).
	Reason      string
	Packets     int64 // those of Connections, too
	Connections int64
	Lines       int64
}

// Skipped returns the input that was not examined, by reason. It is complete after Next has
// returned an error.
func (r *Reader) Skipped() (list []Skip) {
	switch source := r.events.(type) {
	case *pcap.Reader:
		for _, s := range source.Skipped() {
			list = append(list, Skip{Reason: s.Reason, Packets: s.Packets, Connections: s.Connections})
		}
	case *transcript.Reader:
		if n := source.Skipped(); n > 0 {
			list = append(list, Skip{Reason: "longer than 4 MiB", Lines: n})
		}
	}
	return list
}

// Formats returns the formats that [Open] can read: those of package transcript, and
// packet captures.
func Formats() iter.Seq[*transcript.Format] {
	return func(yield func(*transcript.Format) bool) {
		for f := range transcript.Formats() {
			if !yield(f) {
				return
			}
		}
		yield(&pcap.Format)
	}
}

func formatNames() (names []string) {
	for f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}
