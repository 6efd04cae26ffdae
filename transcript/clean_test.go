package transcript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/google/go-cmp/cmp"
)

func toUTF16(s string, bigEndian bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		if bigEndian {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func prefixed(log, prefix string) string {
	return prefix + strings.ReplaceAll(strings.TrimSuffix(log, "\n"), "\n", "\n"+prefix) + "\n"
}

const lftpLog1 = "---- Connecting to a (10.0.0.1) port 21\n<--- 220-é 𝄞\n<---  b\n<--- 220 c\n---> QUIT\n<--- 221 d\n"

// A log says the same in whatever it is wrapped.
func TestWrappings(t *testing.T) {
	want, err := golden(strings.NewReader(lftpLog1), "")
	if err != nil {
		t.Fatal(err)
	}
	_, want, _ = strings.Cut(want, "\n")
	crlf := strings.ReplaceAll(lftpLog1, "\n", "\r\n")
	tests := []struct{ name, input string }{
		{"UTF-8 with its mark", "\ufeff" + lftpLog1},
		{"CR LF", crlf},
		{"CR CR LF", strings.ReplaceAll(lftpLog1, "\n", "\r\r\n")},
		{"UTF-16, little endian", toUTF16(lftpLog1, false)},
		{"UTF-16, big endian", toUTF16(crlf, true)},
		{"colour", prefixed(strings.ReplaceAll(lftpLog1, "\n", "\x1b[0m\n"), "\x1b[1;31m")},
		{"syslog with a host", prefixed(lftpLog1, "Nov 22 10:00:01 box lftp[12]: ")},
		{"syslog, one digit, no process", prefixed(lftpLog1, "Nov  2 10:00:01 box lftp: ")},
		{"syslog with a priority", prefixed(lftpLog1, "<30>Nov 22 10:00:01 lftp[12]: ")},
		{"syslog, RFC 3339", prefixed(lftpLog1, "2026-11-22T10:00:01.123456+01:00 box lftp[12]: ")},
		{"syslog, RFC 5424", prefixed(lftpLog1, `<30>1 2026-11-22T10:00:01Z box lftp 12 - [a b="c"] `)},
		{"journalctl -o short-iso", "-- Journal begins at Sun. --\n" + prefixed(lftpLog1, "2026-11-22T10:00:01+0000 box lftp[12]: ")},
		{"colour in syslog", prefixed(prefixed(lftpLog1, "\x1b[33m"), "Nov 22 10:00:01 box lftp[12]: ")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(tt.input), "")
			if err != nil {
				t.Fatal(err)
			}
			if r.Format.Name != "lftp" {
				t.Errorf("taken for %s", r.Format.Name)
			}
			var got []byte
			for e, err := r.Next(); err != io.EOF; e, err = r.Next() {
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(tt.name, "syslog") || strings.Contains(tt.name, "journal") {
					if e.Time.IsZero() {
						t.Errorf("line %d has no time", e.Record)
					}
				}
				if strings.Contains(tt.name, "journal") {
					e.Record--
				}
				if e.Kind == Data {
					got = fmt.Appendf(got, "%d: %d %s->%s %v %q\n", e.Record, e.Conn, addressOf(e.Client), addressOf(e.Server), e.Side, e.Bytes)
				}
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the wire had is not taken for a wrapping.
func TestNoWrappingOnTheWire(t *testing.T) {
	for _, input := range []string{
		"\xff\xfe\x06200 a\r\n",
		"\x00220 a\r\n\x1b[31m221 b\x1b[0m\r\n",
		"220-Nov 22 10:00:01 box ftpd[1]: a\r\n220 b\r\n",
	} {
		format, got, err := events(strings.NewReader(input), "")
		if format != "raw" || err != nil {
			t.Fatalf("%q: taken for %s, error %v", input, format, err)
		}
		if want := fmt.Sprint("1 server ", noTime, " ", input); len(got) != 1 || got[0] != want {
			t.Errorf("%q: got %q", input, got)
		}
	}
}

// What a log shows of a server is not its own colour.
func TestColourOfTheServer(t *testing.T) {
	log := "Connected to a.\n220-a\n\x1b[31mb\x1b[0m\n\x00c\n220 d\n---> QUIT\n221 e\n---> XYZZY\n500 f\n"
	got, err := golden(strings.NewReader(log), "")
	for _, line := range []string{`"\x1b[31mb\x1b[0m\r\n"`, `"\x00c\r\n"`} {
		if err != nil || !strings.Contains(got, line) {
			t.Errorf("error %v, %s is not in %s", err, line, got)
		}
	}
}

// The prefix of syslog tells programs apart, and may have a time without a year.
func TestSyslogConnections(t *testing.T) {
	log := `Dec 31 23:59:59 box lftp[1]: <--- 220 a
Dec 31 23:59:59 box lftp[2]: <--- 220 b
Jan  1 00:00:01 box lftp[1]: ---> QUIT
`
	want := `lftp keeps all bytes, all lines, line starts, texts, both sides, passwords; clock 2
1: 1 1970-01-01T00:00:00.000000 server "220 a\r\n"
2: 2 1970-01-01T00:00:00.000000 server "220 b\r\n"
3: 1 1970-01-01T00:00:02.000000 client "QUIT\r\n"
`
	got, err := golden(strings.NewReader(log), "")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v: %s", err, diff)
	}
}

// A log that keeps the wire's ends shows it by the ends of its own lines.
func TestLineEndsAreEvidence(t *testing.T) {
	tests := []struct {
		name, input string
		lineEnds    bool
		server      string
	}{
		{"kept", "* Connected to a (b) port 21 (#0)\n< 220-a\r\n< b\n< 220 c\r\n> QUIT\n", true, "220-a\r\nb\n220 c\r\n"},
		{"a pasted log", "* Connected to a (b) port 21 (#0)\n< 220-a\n< 220 c\n> QUIT\n", false, "220-a\r\n220 c\r\n"},
		{"a file with CR LF", "* Connected to a (b) port 21 (#0)\r\n< 220-a\r\r\n< 220 c\r\r\n> QUIT\r\r\n", false, "220-a\r\n220 c\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(tt.input), "")
			if err != nil {
				t.Fatal(err)
			}
			var server []byte
			for e, err := r.Next(); err != io.EOF; e, err = r.Next() {
				if e.Side == Server {
					server = append(server, e.Bytes...)
				}
			}
			if r.Format.Keeps.Has(fidelity.LineEnds) != tt.lineEnds || string(server) != tt.server {
				t.Errorf("line ends %v, %q", r.Format.Keeps.Has(fidelity.LineEnds), server)
			}
		})
	}
	if !curl.Keeps.Has(fidelity.LineEnds) {
		t.Error("a recording has changed the format itself")
	}
}

// A packet capture has the lines of a log in it, among others.
func TestBinary(t *testing.T) {
	packet := "\xa1\xb2" + strings.Repeat("\x00", 60)
	input := packet + "\n220 a\n" + packet + "\nUSER u\n" + packet + "\n331 b\n"
	if r, err := Open(strings.NewReader(input), ""); !errors.Is(err, ErrFormat) {
		t.Errorf("taken for %s, error %v", r.Format.Name, err)
	}
}

// Two candidates that are equal are an error that names both.
func TestEqualCandidates(t *testing.T) {
	tests := []struct{ input, want string }{
		{"---> QUIT\n", "format not recognised: it may be lftp or bsdftp: 1 line examined, none looks like a reply, 1 looks like a command (line 1, column 6)"},
		{"<= Recv header, 7 bytes (0x7)\n", "format not recognised: it may be curl-trace or curl-trace-ascii: 1 line examined, none looks like a reply, none looks like a command"},
	}
	for _, tt := range tests {
		_, err := Open(strings.NewReader(tt.input), "")
		if !errors.Is(err, ErrFormat) || err.Error() != tt.want {
			t.Errorf("%q: error %v, want %s", tt.input, err, tt.want)
		}
	}
}

func TestLongLine(t *testing.T) {
	log := lftpLog1 + "---> PWD\n<--- " + strings.Repeat("x", maxLine) + "\n<--- 200 y\n"
	got, err := golden(strings.NewReader(log), "lftp")
	if err != nil {
		t.Fatal(err)
	}
	if want := "client gap 0\n8: 1 server gap 0\n9: 1 ?->10.0.0.1:21 server \"200 y"; !strings.Contains(got, "221 d") || !strings.Contains(got, want) {
		t.Errorf("%s lacks what is around the long line", got)
	}
	r, _ := Open(strings.NewReader(log), "")
	for range 20 {
		r.Next()
	}
	if r.Skipped() != 1 {
		t.Errorf("%d lines skipped", r.Skipped())
	}
}

// However many connections a log names, a bounded number is remembered.
func TestManyConnections(t *testing.T) {
	out := newEmitter(&input{format: &lftp})
	var e Event
	for i := range maxConns + 10 {
		if n := out.conn(fmt.Sprint(i)); n != i+1 {
			t.Fatalf("connection %d has number %d", i+1, n)
		}
		if closes := out.take(&e); closes != (i >= maxConns) || closes && (e.Kind != Closed || e.Conn != i+1-maxConns) {
			t.Fatalf("connection %d: closed %v, %+v", i+1, closes, e)
		}
	}
	if len(out.numbers) != maxConns {
		t.Errorf("%d numbers", len(out.numbers))
	}
	out.forget(fmt.Sprint(maxConns))
	if !out.take(&e) || e.Kind != Closed || len(out.numbers) != maxConns-1 {
		t.Errorf("%+v", e)
	}
}

// The order of the connections stays bounded when they come and go, and the oldest is
// found although those before it have gone.
func TestForget(t *testing.T) {
	out := newEmitter(&input{format: &lftp})
	first := out.conn("first")
	for range 5 * maxConns {
		out.forget("other")
		out.conn("other")
	}
	if len(out.order) > 2*maxConns || out.oldest().id != "first" {
		t.Errorf("%d in the order, the oldest is %q", len(out.order), out.oldest().id)
	}
	out.forget("first")
	if out.oldest().id != "other" || out.conn("first") == first {
		t.Errorf("the oldest is %q, the first has number %d", out.oldest().id, out.conn("first"))
	}
}

// However many programs write to syslog, a bounded number is followed at a time; what one
// of them has begun to say is not lost.
func TestManyWriters(t *testing.T) {
	var log strings.Builder
	for i := range maxWriters + 1 {
		fmt.Fprintf(&log, "Nov 22 10:00:01 box py[%d]: *cmd* 'NOOP'\n", i)
	}
	got, err := golden(strings.NewReader(log.String()), "")
	if n := strings.Count(got, "client \"NOOP"); n != maxWriters+1 || !errors.Is(err, ErrFormat) {
		t.Errorf("%d commands, error %v", n, err)
	}
}

func TestManySessions(t *testing.T) {
	sessions := map[string]*session{}
	for i := range maxKnown + 1 {
		known(sessions, fmt.Sprint(i)).conn = 1
	}
	if len(sessions) > maxKnown {
		t.Errorf("%d sessions", len(sessions))
	}
}

func TestUTF16(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"a pair", "\xff\xfea\x00\x34\xd8\x1e\xdd", "a𝄞"},
		{"a lone surrogate", "\xff\xfea\x00\x34\xd8b\x00", "a\ufffdb"},
		{"a lone surrogate at the end", "\xff\xfea\x00\x34\xd8", "a\ufffd"},
	}
	for _, tt := range tests {
		in := &input{Reader: newBuffer(strings.NewReader(tt.input))}
		if _, err := in.prepare(); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(in); string(got) != tt.want || err != nil {
			t.Errorf("%s: %q, error %v", tt.name, got, err)
		}
	}
	in := &input{Reader: newBuffer(bytes.NewReader([]byte("\xff\xfea\x00b")))}
	in.prepare()
	if got, err := io.ReadAll(in); string(got) != "a" || err != io.ErrUnexpectedEOF {
		t.Errorf("half a character: %q, error %v", got, err)
	}
}
