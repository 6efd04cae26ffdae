package transcript

import (
	"bytes"
	"encoding/hex"
	"regexp"
	"strconv"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// curl --trace writes a heading and a dump of 16 bytes a line for each line that it
// received or sent:
//
//	10:34:52.752338 <= Recv header, 13 bytes (0xd)
//	0000: 32 32 30 2d 57 65 6c 63 6f 6d 65 0d 0a          220-Welcome..
//
// --trace-ascii writes 64 characters a line, a full stop for each byte that is not printable,
// and no line ending:
//
//	<= Recv header, 13 bytes (0xd)
//	0000: 220-Welcome
//
// The time comes with --trace-time.
var curlTrace = Format{
	Name:       "curl-trace",
	Producer:   "curl --trace, also with --trace-time",
	Recognised: "<= Recv header and => Send header, each with a dump in hexadecimal",
	Keeps:      fidelity.All &^ fidelity.Wire,
	Clock:      RelativeClock,
	recognise:  recogniseCurlTrace(curlHexDump),
	decode: lines(func() lineLog {
		return &curlTraceLog{clock: countedClock{wrap: day}, dump: curlHexDump, decode: decodeCurlHex}
	}),
}

var curlTraceASCII = Format{
	Name:       "curl-trace-ascii",
	Producer:   "curl --trace-ascii, also with --trace-time",
	Recognised: "<= Recv header and => Send header, each with a dump in characters",
	Loses:      "what is not printable ASCII; it is a full stop",
	Keeps:      fidelity.All &^ (fidelity.AllBytes | fidelity.Wire),
	Clock:      RelativeClock,
	recognise:  recogniseCurlTrace(curlTextDump),
	decode: lines(func() lineLog {
		return &curlTraceLog{clock: countedClock{wrap: day}, dump: curlTextDump, decode: decodeCurlText}
	}),
}

var (
	curlTraceHeading = regexp.MustCompile(`^(\d\d:\d\d:\d\d\.\d{6} )?(<=|=>|==) (Recv header|Send header|Info|Recv data|Send data|\w+ SSL data)(?:, (\d+) bytes \(0x[\da-f]+\)$|: (.*))`)
	curlHexDump      = regexp.MustCompile(`^[\da-f]{4,}: ((?:[\da-f]{2} ){1,16})(?: {3})*.{1,16}$`)
	curlTextDump     = regexp.MustCompile(`^[\da-f]{4,}: (.{0,64})$`)
)

// recogniseCurlTrace distinguishes the two kinds of dump: all of them are of one.
func recogniseCurlTrace(dump *regexp.Regexp) func(head []byte) int {
	return func(head []byte) int {
		headings := linesWith("=", curlTraceHeading.Match)(head)
		if headings == 0 {
			return 0
		}
		count := func(shape *regexp.Regexp) int { return linesWith(": ", shape.Match)(head) }
		hex, all := count(curlHexDump), count(curlTextDump)
		if own := dump == curlHexDump; all > 0 && own != (2*hex > all) {
			return 0
		}
		return headings
	}
}

type curlTraceLog struct {
	clock   countedClock
	session session
	notes   curlNotes
	proxy   curlProxy
	dump    *regexp.Regexp
	decode  func(dst, dumped []byte) []byte

	open  bool   // a heading of a line waits for its dump
	block []byte // the bytes of its dump so far
	size  int    // of the whole line
	from  Event  // its side, time and place in the log
}

func (l *curlTraceLog) line(line []byte, out *emitter) error {
	if m := curlTraceHeading.FindSubmatch(line); m != nil {
		l.end(out)
		l.heading(m, out)
	} else if m := l.dump.FindSubmatch(line); m != nil && l.open && len(l.block) < l.size {
		l.block = l.decode(l.block, m[1])
	}
	return nil
}

func (l *curlTraceLog) heading(m [][]byte, out *emitter) {
	if t, err := time.Parse("15:04:05.000000 ", string(m[1])); err == nil {
		out.at(l.clock.at(t))
	}
	switch string(m[3]) {
	case "Info":
		l.notes.line(&l.session, out, m[5])
	case "Recv header", "Send header":
		l.size, _ = strconv.Atoi(string(m[4]))
		l.open, l.block, l.from = true, l.block[:0], Event{Time: out.time, Record: out.record}
		if string(m[2]) == "=>" {
			l.from.Side = Client
		}
	}
}

// end gives the line whose dump is complete. What the dump lacks of its size is the
// line's end, which --trace-ascii leaves out.
func (l *curlTraceLog) end(out *emitter) {
	if !l.open {
		return
	}
	l.open = false
	end := ""
	if lack := l.size - len(l.block); 0 < lack && lack <= 2 {
		end = "\r\n"[2-lack:]
	}
	if !l.proxy.isHTTP(l.from.Side, l.block) {
		l.session.say(out, l.from, l.block, end)
	}
}

func decodeCurlHex(dst, dumped []byte) []byte {
	for pair := range bytes.FieldsSeq(dumped) {
		dst, _ = hex.AppendDecode(dst, pair)
	}
	return dst
}

func decodeCurlText(dst, dumped []byte) []byte { return append(dst, dumped...) }
