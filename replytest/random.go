package replytest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// The parts of random replies. No text contains a code or a deviation.
var (
	randomCodes = []int{110, 125, 150, 200, 211, 212, 213, 214, 215, 220, 226, 227, 229, 230, 234, 250, 257,
		331, 332, 350, 421, 425, 426, 450, 451, 500, 501, 502, 503, 504, 530, 550, 553, 631}
	randomTexts = []string{"", " ", "ready", "Zugriff gewährt – weiter", "\"/srv/a \"\"b\"\"\" is current", " UTF8", "1. item",
		"42 files", "(|||40561|)", "a\ttab", "-", "- dash", " 226 padded", "type=file;size=5; a.txt", strings.Repeat("long ", 40)}
	randomJunk = []string{"hello", "SSH-2.0-OpenSSH_9", "22", "2204 four digits", "+OK", " 220 padded", "abc-hi"}
)

// oddReplies are patterns: C is a code, D another code, T a text, and | separates lines.
var oddReplies = []struct{ deviations, raw, lines string }{
	{"cr-run", "C T\r\r\n", "T"},
	{"bare-cr", "C T\r.\r\n", "T\r."},
	{"nul", "C T\x00\r\n", "T\x00"},
	{"nul", "\x00C T\r\n", "T"},
	{"control-byte", "C T\x1b[2J\r\n", "T\x1b[2J"},
	{"not-utf8", "C T\xe9.\r\n", "T\xe9."},
	{"not-utf8,iac-in-text", "C T\xff.\r\n", "T\xff."},
	{"telnet-command", "\xff\xf1C T\r\n", "T"},
	{"telnet-command", "\xff\xfe\x06C-T\r\nC T\r\n", "T|T"},
	{"blank-line", "\r\nC T\r\n", "T"},
	{"bare-code", "C\r\n", ""},
	{"bad-separator", "C:T\r\n", ":T"},
	{"unknown-code", "298 T\r\n", "T"},
	{"code-out-of-range,unknown-code", "999 T\r\n", "T"},
	{"inner-code", "C-T\r\nD T\r\nC T\r\n", "T|D T|T"},
	{"inner-code", "C-T\r\nD-T\r\nD T\r\nC T\r\n", "T|D-T|D T|T"},
	{"unpadded-digits", "C-T\r\n2024 T\r\nC T\r\n", "T|2024 T|T"},
	{"bare-terminator", "C-T\r\nT\r\nC\r\n", "T|T|"},
	{"long-line", "C T" + strings.Repeat("x", 600) + "\r\n", "T" + strings.Repeat("x", 600)},
	{"lf-in-text", "C T\nT\r\n", "T\nT"},
	{"lf-in-text,hidden-reply", "C T\nD T\r\n", "T\nD T"},
	{"lf-in-text,hidden-reply", "C-T\r\nT\nC T\r\nC T\r\n", "T|T|C T|T"},
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }

// RandomReply returns a reply that follows the RFCs, with a code in use.
func RandomReply(random *rand.Rand) Outcome {
	code := pick(random, randomCodes)
	lines := []string{pick(random, randomTexts)}
	if random.IntN(2) == 0 {
		return reply(fmt.Sprintf("%d %s\r\n", code, lines[0]), lines)
	}
	raw := fmt.Sprintf("%d-%s\r\n", code, lines[0])
	for range random.IntN(6) {
		text := pick(random, randomTexts)
		if random.IntN(2) == 0 { // both are text of the reply: RFC 959, section 4.2
			raw += fmt.Sprintf("%d-", code)
		}
		raw += text + "\r\n"
		lines = append(lines, text)
	}
	last := pick(random, randomTexts)
	return reply(fmt.Sprintf("%s%d %s\r\n", raw, code, last), append(lines, last))
}

// RandomOddReply returns a reply that deviates from the RFCs as replies of real servers do.
// The outcome holds if the server is known to end its lines with CR LF: after a reply that
// did, or under [CRLF].
func RandomOddReply(random *rand.Rand) Outcome {
	odd := pick(random, oddReplies)
	i := random.IntN(len(randomCodes))
	fill := strings.NewReplacer(
		"C", fmt.Sprint(randomCodes[i]),
		"D", fmt.Sprint(randomCodes[(i+1)%len(randomCodes)]),
		"T", pick(random, randomTexts),
	)
	lines := strings.Split(odd.lines, "|")
	for i := range lines {
		lines[i] = fill.Replace(lines[i])
	}
	o := reply(fill.Replace(odd.raw), lines)
	o.Deviations = strings.Split(odd.deviations, ",")
	return o
}

// RandomStream returns n outcomes and the bytes that a server sends for them: a reply that
// follows the RFCs, then such replies, odd replies and lines that are not replies. The
// outcomes hold under [Default] and [CRLF]; the stream is the concatenation of their Raw.
func RandomStream(random *rand.Rand, n int) (stream []byte, outcomes []Outcome) {
	line := int64(1)
	for len(outcomes) < n {
		o := RandomReply(random)
		if len(outcomes) > 0 {
			switch random.IntN(5) {
			case 0:
				o = Outcome{Kind: KindNotReply, Raw: pick(random, randomJunk) + "\r\n"}
			case 1, 2:
				o = RandomOddReply(random)
			}
		}
		o.Offset, o.Line = int64(len(stream)), line
		if o.Kind == KindNotReply {
			o.ErrOffset, o.ErrLine = o.Offset, o.Line
		}
		stream = append(stream, o.Raw...)
		line += int64(strings.Count(o.Raw, "\n"))
		outcomes = append(outcomes, o)
	}
	return stream, outcomes
}

// reply returns the outcome for a reply at the beginning of a stream.
func reply(raw string, lines []string) Outcome {
	at := strings.IndexAny(raw, "0123456789")
	code := 0
	for _, digit := range raw[at : at+3] {
		code = 10*code + int(digit-'0')
	}
	return Outcome{
		Kind: KindReply, Code: code, Raw: raw, Line: 1,
		Multiline: raw[at+3] == '-', Lines: lines,
	}
}
