// Package recording reads a recording of FTP control connections in any form that users
// have, as one stream of [transcript.Event]: logs of clients and servers, raw bytes and
// packet captures, compressed or not. [Open] recognises the form from the first bytes.
package recording

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/ftpreply/ftpreply/recording/internal/pcap"
	"github.com/ftpreply/ftpreply/transcript"
)

// Options changes how [Open] reads a recording. The zero value recognises everything.
type Options struct {
	// Format is the name of a format in [Formats]. If it is empty, Open recognises the format.
	Format string

	// Ports lists server ports of control connections in a packet capture, in addition to
	// 21 and 2121. Connections to other ports are recognised by their first bytes.
	Ports []uint16
}

// A Reader reads the events of one recording.
type Reader struct {
	format *transcript.Format
	events interface {
		Next() (transcript.Event, error)
	}
}

// Open decompresses r if necessary and recognises its format, or takes the format that o
// names. It reads the first bytes of r. The error matches [transcript.ErrFormat] if the
// format is not known. Positions in errors are offsets in r or in the decompressed bytes.
func Open(r io.Reader, o Options) (*Reader, error) {
	source, err := decompress(r)
	if err != nil {
		return nil, err
	}
	head, err := peekMagic(source)
	if err != nil {
		return nil, err
	}
	if o.Format == pcap.Format.Name || o.Format == "" && pcap.Recognise(head) {
		p, err := pcap.NewReader(source, o.Ports...)
		if err != nil {
			return nil, err
		}
		return &Reader{&pcap.Format, p}, nil
	}
	if o.Format != "" && !isFormat(o.Format) {
		return nil, fmt.Errorf("%w: there is no %q, only %s", transcript.ErrFormat, o.Format, strings.Join(formatNames(), ", "))
	}
	t, err := transcript.Open(source, o.Format)
	if err != nil {
		return nil, err
	}
	return &Reader{t.Format, t}, nil
}

// Next returns the next event, and io.EOF after the last one. Any other error is permanent.
// The bytes of the event are valid until the next call to Next.
func (r *Reader) Next() (transcript.Event, error) { return r.events.Next() }

// Format returns the format of the recording, with the fidelity of this recording, which
// may be lower than that of others of the format.
func (r *Reader) Format() *transcript.Format { return r.format }

// ShowsEnds reports whether the recording shows the end of every connection that ended.
// In other recordings, a connection without a [transcript.Closed] event may have ended.
func (r *Reader) ShowsEnds() bool { return r.format == &pcap.Format }

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

func isFormat(name string) bool {
	for f := range Formats() {
		if f.Name == name {
			return true
		}
	}
	return false
}
