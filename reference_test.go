package ftpreply

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply/replytest"
)

// This file reads replies in another way, slowly: it has the whole input and judges it line by
// line, by expressions. It shares no function with the framer, so that each checks the other.

// An outcome is one result of a reader of replies: a reply, an error, or an incomplete reply. The
// reference, the Parser and the Framer must have the same outcomes. A replytest.Outcome is the
// same without the types of this package.
type outcome struct {
	Kind         replytest.Kind
	Code         Code
	Multiline    bool
	Raw          string
	Lines        []string // texts
	Deviations   Deviation
	Offset, Line int64 // where Raw begins; not of KindOpen

	// Of an error: its position, and the first deviation that was rejected.
	ErrOffset, ErrLine int64
	Rejected           Deviation
}

// Only KindReply and KindRejected have Multiline, Lines and Deviations. Skipped
// bytes, after an oversized reply and in TLS records, are in no outcome.

// reference returns the outcomes of a whole input.
func reference(input []byte, eof bool, o Options) (outcomes []outcome) {
	at := 0
	emit := func(what outcome, raw []byte, errorAt int) {
		what.Raw = string(raw)
		what.Offset, what.Line = refPosition(input, at)
		if what.Kind != replytest.KindReply {
			what.ErrOffset, what.ErrLine = refPosition(input, at+errorAt)
		}
		outcomes = append(outcomes, what)
	}
	limit := refLimit(o)
	ending := o.LineEnding
	for at < len(input) {
		rest := input[at:]
		u := refUnitAt(rest, ending, o.AnyCode)
		preamble := refPreamble(rest[:min(limit, len(rest))])
		switch {
		// What is whole and within the limit. The header of a TLS record alone is
		// always.
		case u.whole && u.form == formTLS && (u.size <= limit || preamble == 0):
			emit(outcome{Kind: replytest.KindNotReply}, rest[:u.size], preamble)
			at += u.size + u.skip
		case u.whole && u.form == formJunk && u.size <= limit:
			emit(outcome{Kind: replytest.KindNotReply}, rest[:u.size], preamble)
			at += u.size
		case u.whole && u.form == formReply && u.size <= limit:
			what, errorAt := refReply(rest[:u.size], ending, o)
			emit(what, rest[:u.size], errorAt)
			at += u.size
			ending = refLearn(ending, rest[:u.size])
		// The bytes that count toward the limit. A TLS record is not a line, so only the preamble does.
		// Of a line with fewer than four bytes and without its end nothing is known.
		case len(rest) >= limit && preamble > 0 && (limit-preamble < 4 && !bytes.Contains(rest[preamble:limit], []byte("\n")) || u.form == formTLS):
			emit(outcome{Kind: replytest.KindTooLong}, rest[:preamble], 0)
			at += preamble // the bytes after it are judged again
		case len(rest) >= limit && u.form != formTLS:
			raw := rest[:limit]
			emit(outcome{Kind: replytest.KindTooLong, Code: refCode(raw)}, raw, 0)
			if len(bytes.Trim(raw[preamble:], "\r")) == 0 { // blank or not, it is a line
				u = refUpTo(formJunk, refLineEndBehind(rest, preamble, ending))
			}
			if !u.whole {
				return outcomes
			}
			at += u.size
			if u.form == formReply {
				ending = refLearn(ending, rest[:u.size])
			}
		// What waits for more, or would have.
		case !eof:
			return append(outcomes, outcome{Kind: replytest.KindOpen, Raw: string(rest)})
		case u.form == formTLS && len(rest) >= preamble+2:
			emit(outcome{Kind: replytest.KindNotReply}, rest, preamble)
			return outcomes
		default:
			emit(outcome{Kind: replytest.KindEOF, Code: refCode(rest)}, rest, 0)
			return outcomes
		}
	}
	return outcomes
}

func refLimit(o Options) int {
	if o.MaxReply == 0 {
		return 1 << 20
	}
	return max(o.MaxReply, 4)
}

// refLearn lets the line that completes the first reply decide.
func refLearn(ending LineEnding, reply []byte) LineEnding {
	switch {
	case ending != Learned:
		return ending
	case bytes.HasSuffix(reply, []byte("\r\n")):
		return CRLF
	}
	return AnyLF
}

func refPosition(input []byte, at int) (offset, line int64) {
	return int64(at), int64(1 + bytes.Count(input[:at], []byte("\n")))
}

// A refForm is the form of a unit of the input, which its beginning determines.
type refForm int

const (
	formUnknown refForm = iota // the line is not complete
	formTLS
	formJunk
	formReply
)

// A refUnit is a reply, a line that is not a reply, or the header of a TLS record, with the
// preamble. If it is whole, it has a size and is followed by skip bytes that are not reported.
type refUnit struct {
	form       refForm
	whole      bool
	size, skip int
}

var (
	refOnlyCode  = regexp.MustCompile(`^[0-9]{3}$`)
	refOneLine   = regexp.MustCompile(`^[0-9]{3}[^0-9-]`)
	refMultiLine = regexp.MustCompile(`^[0-9]{3}-`)
	refAnyLast   = regexp.MustCompile(`^[0-9]{3} `)
	refDigits    = regexp.MustCompile(`^[0-9]{3}`)
	refStandsOut = regexp.MustCompile(`^[0-9]{3}([ -]|$)`) // a line that looks like a reply
)

// refUnitAt returns the unit with which b begins, without regard to the limit.
func refUnitAt(b []byte, ending LineEnding, anyCode bool) refUnit {
	for start := 0; start < len(b); {
		if refIsTLS(b[start:]) {
			return refTLS(b, start)
		}
		end := bytes.IndexByte(b[start:], '\n')
		if end < 0 {
			return refUnit{}
		}
		segment := b[start : start+end+1]
		text := refStripped(refContent(segment))
		switch {
		case len(text) == 0: // a blank line
			start += len(segment)
			continue
		case refMultiLine.Match(text):
			return refUpTo(formReply, refMultiEnd(b, start, text[:3], ending, anyCode))
		case refOnlyCode.Match(text), refOneLine.Match(text):
			return refUpTo(formReply, refLineEndBehind(b, start, ending))
		default:
			return refUpTo(formJunk, refLineEndBehind(b, start, ending))
		}
	}
	return refUnit{}
}

func refUpTo(form refForm, end int) refUnit {
	return refUnit{form: form, whole: end >= 0, size: end}
}

// refIsTLS also accepts a single byte, which may become a record.
func refIsTLS(b []byte) bool {
	return 0x14 <= b[0] && b[0] <= 0x17 && (len(b) == 1 || b[1] == 3)
}

// refTLS takes the header of the record at start, and skips its body and every
// record that follows.
func refTLS(b []byte, start int) refUnit {
	if len(b) < start+5 {
		return refUnit{form: formTLS}
	}
	at := start
	for at+1 < len(b) && refIsTLS(b[at:]) {
		if at+5 > len(b) {
			at = len(b)
			break
		}
		at += 5 + int(b[at+3])<<8 + int(b[at+4])
	}
	return refUnit{form: formTLS, whole: true, size: start + 5, skip: min(at, len(b)) - (start + 5)}
}

// refContent is the segment without the LF and the CRs before it.
func refContent(segment []byte) []byte {
	if !bytes.HasSuffix(segment, []byte("\n")) {
		return segment
	}
	return bytes.TrimRight(bytes.TrimSuffix(segment, []byte("\n")), "\r")
}

// refStripped is the content without NULs and Telnet commands in front.
func refStripped(content []byte) []byte {
	for {
		n := refElement(content)
		if n == 0 {
			return content
		}
		content = content[n:]
	}
}

// refElement is the length of a NUL or a Telnet command (RFC 854) at the start of b.
func refElement(b []byte) int {
	const iac = 255
	switch {
	case len(b) >= 1 && b[0] == 0:
		return 1
	case len(b) >= 2 && b[0] == iac && 241 <= b[1] && b[1] <= 249:
		return 2
	case len(b) >= 3 && b[0] == iac && 251 <= b[1] && b[1] <= 254 && b[2] != '\r' && b[2] != '\n':
		return 3
	}
	return 0
}

// refEndsLine reports whether a line ends with the segment.
func refEndsLine(segment []byte, ending LineEnding) bool {
	if ending == CRLF {
		return bytes.HasSuffix(segment, []byte("\r\n"))
	}
	return bytes.HasSuffix(segment, []byte("\n"))
}

// refLineEndBehind is where the line ends that begins at start, or -1.
func refLineEndBehind(b []byte, start int, ending LineEnding) int {
	for {
		lf := bytes.IndexByte(b[start:], '\n')
		if lf < 0 {
			return -1
		}
		segment := b[start : start+lf+1]
		start += len(segment)
		if refEndsLine(segment, ending) {
			return start
		}
	}
}

// refSegments cuts b after every LF.
func refSegments(b []byte) [][]byte {
	segments := bytes.SplitAfter(b, []byte("\n"))
	if len(segments[len(segments)-1]) == 0 {
		segments = segments[:len(segments)-1]
	}
	return segments
}

// refMultiEnd is where the multi-line reply ends that begins at start, or -1.
func refMultiEnd(b []byte, start int, code []byte, ending LineEnding, anyCode bool) int {
	for line := refLineEndBehind(b, start, ending); line >= 0; {
		end := bytes.IndexByte(b[line:], '\n')
		if end < 0 {
			return -1
		}
		next := refLineEndBehind(b, line, ending)
		if refIsLast(b[line:line+end+1], code, ending, anyCode) {
			return next
		}
		line = next
	}
	return -1
}

// refIsLast judges the first segment of a line inside a multi-line reply.
func refIsLast(segment, code []byte, ending LineEnding, anyCode bool) bool {
	content := refContent(segment)
	return bytes.HasPrefix(content, append(bytes.Clone(code), ' ')) ||
		anyCode && refAnyLast.Match(content) ||
		bytes.Equal(content, code) && refEndsLine(segment, ending)
}

// refPreamble is the length of the blank lines, NULs and Telnet commands that
// begin b, which may be cut anywhere.
func refPreamble(b []byte) (n int) {
	for _, segment := range refSegments(b) {
		left := refStripped(refContent(segment))
		if len(left) > 0 || !bytes.HasSuffix(segment, []byte("\n")) {
			return n + len(segment) - len(refStripped(segment))
		}
		n += len(segment)
	}
	return n
}

// refCode is the code of a reply that may be cut: 0 before it is certain.
func refCode(raw []byte) Code {
	text := raw[refPreamble(raw):]
	if !refOneLine.Match(text) && !refMultiLine.Match(text) {
		return 0
	}
	return refNumber(text)
}

func refNumber(text []byte) (c Code) {
	for _, digit := range text[:3] {
		c = 10*c + Code(digit-'0')
	}
	return c
}

// A refLine is a line of a reply, by LF.
type refLine struct {
	segment []byte
	at      int  // in Raw; after the preamble for the first
	behind  bool // begins after a bare LF that ends no line
	ends    bool // its LF ends a line
	last    bool // ends the reply
}

// refLines cuts a whole reply from its opener on.
func refLines(raw []byte, ending LineEnding, anyCode bool) (lines []refLine) {
	at := refPreamble(raw)
	code := raw[at : at+3]
	behind := false
	for i, segment := range refSegments(raw[at:]) {
		line := refLine{segment: segment, at: at, behind: behind, ends: refEndsLine(segment, ending)}
		line.last = i > 0 && !behind && refIsLast(segment, code, ending, anyCode)
		lines = append(lines, line)
		at += len(segment)
		behind = !line.ends
	}
	return lines
}

// refReply describes a whole reply and returns the place of its first rejected deviation.
func refReply(raw []byte, ending LineEnding, o Options) (what outcome, errorAt int) {
	lines := refLines(raw, ending, o.AnyCode)
	opener := raw[lines[0].at:]
	what = outcome{Kind: replytest.KindReply, Code: refNumber(opener), Multiline: opener[3] == '-'}
	if what.Multiline {
		for i, line := range lines {
			what.Lines = append(what.Lines, string(refText(line, opener[:3], i == 0)))
			if line.last {
				what.Code = refNumber(line.segment)
			}
		}
	} else {
		what.Lines = []string{string(refOneText(opener))}
	}
	places := refPlaces(raw, lines, what, ending)
	for _, p := range places {
		what.Deviations |= p.deviation
	}
	if rejected := what.Deviations & o.Reject; rejected != 0 {
		what.Kind = replytest.KindRejected
		what.Rejected = rejected & -rejected
		errorAt = len(raw)
		for _, p := range places {
			if p.deviation == what.Rejected {
				errorAt = min(errorAt, p.at)
			}
		}
	}
	return what, errorAt
}

// refOneText is the text of a one-line reply; a LF in it is text.
func refOneText(opener []byte) []byte {
	text := refContent(opener)[3:]
	return bytes.TrimPrefix(text, []byte(" "))
}

// refText is the text of one line of a multi-line reply.
func refText(line refLine, code []byte, first bool) []byte {
	content := refContent(line.segment)
	switch {
	case line.behind:
		return content
	case first:
		return content[4:]
	case line.last:
		return content[min(4, len(content)):]
	}
	return bytes.TrimPrefix(content, append(bytes.Clone(code), '-'))
}

// A refPlace is where a reply shows a departure.
type refPlace struct {
	deviation Deviation
	at        int // in Raw
}

func refPlaces(raw []byte, lines []refLine, what outcome, ending LineEnding) (places []refPlace) {
	note := func(d Deviation, at int) { places = append(places, refPlace{d, at}) }
	refNotePreamble(raw[:lines[0].at], note)
	refNoteLineEnds(raw, lines[0].at, ending, note)
	refNoteBytes(raw, lines[0].at, note)
	refNoteCode(what.Code, lines, note)
	if what.Multiline {
		refNoteInterior(lines, note)
	} else {
		refNoteSeparator(lines[0], note)
	}
	refNoteHidden(lines, what.Multiline, note)
	return places
}

// refNotePreamble notes blank lines, NULs and Telnet commands before the code.
func refNotePreamble(preamble []byte, note func(Deviation, int)) {
	at := 0
	for _, segment := range refSegments(preamble) {
		if bytes.HasSuffix(segment, []byte("\n")) {
			note(BlankLine, at+len(refContent(segment))) // at its end: the bytes before it have places of their own
		}
		for left := segment; refElement(left) > 0; left = left[refElement(left):] {
			d := TelnetCommand
			if left[0] == 0 {
				d = NUL
			}
			note(d, at+len(segment)-len(left))
		}
		at += len(segment)
	}
}

// refNoteLineEnds notes everything about CR, LF and the length of lines, in the
// preamble too: a blank line is a line in every mode.
func refNoteLineEnds(raw []byte, opener int, ending LineEnding, note func(Deviation, int)) {
	at := 0
	for _, segment := range refSegments(raw) {
		content := len(refContent(segment))
		lf := len(segment) - 1
		if !bytes.HasSuffix(segment, []byte("\r\n")) {
			d := BareLF
			if ending == CRLF && at+lf >= opener {
				d = LFInText
			}
			note(d, at+lf)
		}
		if lf-content > 1 {
			note(CRRun, at+content)
		}
		for i := range content {
			if segment[i] == '\r' {
				note(BareCR, at+i)
			}
		}
		if len(segment) > 512 {
			note(LongLine, at+512)
		}
		at += len(segment)
	}
}

// refNoteBytes notes the unusual bytes from the opener on.
func refNoteBytes(raw []byte, opener int, note func(Deviation, int)) {
	for i := opener; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == 0:
			note(NUL, i)
		case c == 0x7f, c < 0x20 && !strings.ContainsRune("\t\r\n", rune(c)):
			note(ControlByte, i)
		}
	}
	for i := opener; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			note(NotUTF8, i)
		}
		i += size
	}
	for i := opener; i < len(raw); i++ {
		if bytes.HasPrefix(raw[i:], []byte{255, 255}) {
			i++
		} else if raw[i] == 255 {
			note(IACInText, i)
		}
	}
}

// refNoteCode judges the code of the reply at its place.
func refNoteCode(code Code, lines []refLine, note func(Deviation, int)) {
	at := lines[0].at
	for _, line := range lines {
		if line.last {
			if refNumber(line.segment) != refNumber(lines[0].segment) {
				note(ForeignTerminator, line.at)
				at = line.at
			}
		}
	}
	if code < 100 || 559 < code && code < 600 || 699 < code {
		note(CodeOutOfRange, at)
	}
	if _, ok := code.Info(); !ok {
		note(UnknownCode, at)
	}
}

// refNoteSeparator judges the byte after the code of a one-line reply.
func refNoteSeparator(line refLine, note func(Deviation, int)) {
	if len(refContent(line.segment)) == 3 && line.ends {
		note(BareCode, line.at)
	} else if line.segment[3] != ' ' {
		note(BadSeparator, line.at+3)
	}
}

// refNoteInterior judges the lines after the opener of a multi-line reply.
func refNoteInterior(lines []refLine, note func(Deviation, int)) {
	code := lines[0].segment[:3]
	for _, line := range lines[1:] {
		content := refContent(line.segment)
		switch {
		case line.behind, !refDigits.Match(content):
		case line.last:
			if len(content) == 3 {
				note(BareTerminator, line.at)
			}
		case bytes.HasPrefix(content, append(bytes.Clone(code), '-')):
		case !bytes.HasPrefix(content, code) && refStandsOut.Match(content) && (len(content) > 3 || line.ends):
			note(InnerCode, line.at)
		default:
			note(UnpaddedDigits, line.at)
		}
	}
}

// refNoteHidden notes the bytes that a reader that ends lines at any LF takes for a reply.
func refNoteHidden(lines []refLine, multiline bool, note func(Deviation, int)) {
	code := lines[0].segment[:3]
	interior := multiline // to such a reader the reply goes on
	for _, line := range lines {
		content := refContent(line.segment)
		interior = interior && !line.last
		own := interior && bytes.HasPrefix(content, append(bytes.Clone(code), '-'))
		if line.behind && refStandsOut.Match(content) && !own {
			note(HiddenReply, line.at)
		}
	}
}

// collectParser gives the outcomes of a Parser that reads r until its end, or
// until the reader has an error of its own.
func collectParser(r io.Reader, o Options) (outcomes []outcome) {
	p := NewParser(r)
	p.Options = o
	for {
		reply, err := p.Next()
		what, ok := outcomeOf(reply, err)
		if !ok {
			return appendOpen(outcomes, p.Pending())
		}
		what.Offset, what.Line = p.Pos()
		outcomes = append(outcomes, what)
	}
}

// collectFramer gives the outcomes of a Framer that gets the segments one by one, by Next.
func collectFramer(segments [][]byte, eof bool, o Options) []outcome {
	return collectPushed(segments, eof, o, func(f *Framer, window []byte, atEOF bool, take func(Reply, error)) (n int) {
		for {
			r, m, err := f.Next(window[n:], atEOF)
			n += m
			if err == ErrShort || err == io.EOF {
				return n
			}
			take(r, err)
		}
	})
}

// collectEach does the same by Each, with a stop at every third outcome.
func collectEach(segments [][]byte, eof bool, o Options) []outcome {
	taken := 0
	return collectPushed(segments, eof, o, func(f *Framer, window []byte, atEOF bool, take func(Reply, error)) (n int) {
		for stopped := true; stopped; {
			stopped = false
			n += f.Each(window[n:], atEOF, func(r Reply, err error) bool {
				taken++
				take(r, err)
				stopped = taken%3 == 0
				return !stopped
			})
		}
		return n
	})
}

// collectPushed gives the outcomes that push takes from a window, of which it consumes n bytes.
func collectPushed(segments [][]byte, eof bool, o Options,
	push func(f *Framer, window []byte, atEOF bool, take func(Reply, error)) (n int)) (outcomes []outcome) {
	f := Framer{Options: o}
	take := func(r Reply, err error) {
		what, ok := outcomeOf(r, err)
		if !ok {
			panic(fmt.Sprintf("neither a reply nor a *SyntaxError: %v", err))
		}
		what.Offset, what.Line = f.Pos()
		outcomes = append(outcomes, what)
	}
	var window []byte
	for _, segment := range segments {
		window = append(window, segment...)
		window = window[push(&f, window, false, take):]
	}
	if eof {
		window = window[push(&f, window, true, take):]
	}
	// What is pending, and not skipped, shows when the stream ends.
	_, _, err := f.Next(window, true)
	if syntax := new(SyntaxError); eof || !errors.As(err, &syntax) {
		return outcomes
	}
	return appendOpen(outcomes, window)
}

func appendOpen(outcomes []outcome, pending []byte) []outcome {
	if len(pending) == 0 {
		return outcomes
	}
	return append(outcomes, outcome{Kind: replytest.KindOpen, Raw: string(pending)})
}

// outcomeOf describes a result of Next. ok is false if it is neither a reply nor a *SyntaxError.
func outcomeOf(r Reply, err error) (what outcome, ok bool) {
	syntax := new(SyntaxError)
	if err != nil && !errors.As(err, &syntax) {
		return outcome{}, false
	}
	what = outcome{Code: r.Code(), Raw: string(r.Raw()), ErrOffset: syntax.Offset, ErrLine: syntax.Line}
	switch {
	case err == nil:
		what.Kind = replytest.KindReply
	case errors.Is(err, ErrRejected):
		what.Kind = replytest.KindRejected
		what.Rejected = syntax.Deviation & -syntax.Deviation
	case errors.Is(err, ErrNotReply):
		what.Kind = replytest.KindNotReply
		return what, true
	case errors.Is(err, ErrTooLong):
		what.Kind = replytest.KindTooLong
		return what, true
	case errors.Is(err, io.ErrUnexpectedEOF):
		what.Kind = replytest.KindEOF
		return what, true
	default:
		panic(fmt.Sprintf("a *SyntaxError of no known kind: %v", err))
	}
	what.Multiline = r.Multiline()
	what.Deviations = r.Deviations()
	for line := range r.Lines() {
		what.Lines = append(what.Lines, string(line.Text()))
	}
	return what, true
}
