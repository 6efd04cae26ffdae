package ftpreply

import (
	"bytes"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// TLS records can appear between replies: in a capture after AUTH TLS, or from a server that
// expects TLS already. The framer reports a run of records once, as one [ErrNotReply], and
// skips them by their lengths. It continues where plaintext follows: after CCC (RFC 4217,
// section 12.3), or after a handshake that failed.

// enterRecords reports a run of TLS records, the first of which begins with the open segment.
// It consumes the header of that record.
func (f *Framer) enterRecords(window []byte) (Reply, int, error) {
	at := f.open.segment
	header := window[at:min(at+wire.RecordHeader, len(window))]
	r := newReply(window[:at+len(header)], 0, false, f.open.deviations, at)
	r, n, err := f.fail(r, at, ErrNotReply)
	f.line += int64(bytes.Count(header, []byte{'\n'}))
	f.state = inTLS
	f.record = wire.RecordLen(header)
	return r, n, err
}

// skipRecords consumes the rest of the run. It returns errSkipped at the end of the run, and
// ErrShort if another record may follow.
func (f *Framer) skipRecords(window []byte, atEOF bool) (Reply, int, error) {
	n := 0
	for {
		m := min(f.record, len(window)-n)
		n += m
		f.record -= m
		rest := window[n:]
		if len(rest) < wire.RecordHeader || !wire.IsRecord(rest) {
			break
		}
		f.record = wire.RecordHeader + wire.RecordLen(rest)
	}
	rest := window[n:]
	err := ErrShort
	switch {
	case len(rest) > 0 && (!wire.IsRecord(rest) || len(rest) == 1 && atEOF):
		err, f.state = errSkipped, atStart
	case atEOF: // the rest is a part of a header, so neither a record nor a line
		err, f.state, n = errSkipped, atStart, len(window)
	}
	f.offset += int64(n)
	f.line += int64(bytes.Count(window[:n], []byte{'\n'}))
	return Reply{}, n, err
}
