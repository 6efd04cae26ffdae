package transcript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A wireLine is a line of the control connection, as a logger is given it.
type wireLine struct {
	conn int
	side Side
	text string
}

// wireDialogue returns the lines of the dialogue of a recorded session, up to the first TLS record.
func wireDialogue(t *testing.T, path string) (dialogue []wireLine) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := Open(f, "exchange")
	if err != nil {
		t.Fatal(err)
	}
	var rest [2][]byte
	for {
		e, err := r.Next()
		if err == io.EOF {
			return dialogue
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.Conn != 1 {
			continue
		}
		rest[e.Side] = append(rest[e.Side], e.Bytes...)
		for {
			line, after, ok := bytes.Cut(rest[e.Side], []byte("\r\n"))
			if !ok {
				break
			}
			if bytes.HasPrefix(line, []byte("\x16\x03")) {
				return dialogue
			}
			for i, c := range line {
				if c < ' ' || c > '~' {
					line[i] = '?' // a logger of text cannot keep it
				}
			}
			dialogue = append(dialogue, wireLine{1, e.Side, string(line)})
			rest[e.Side] = after
		}
	}
}

// A logger writes a line for each line of a dialogue.
type logger struct {
	parts          []func(n int, l wireLine) string
	reply, command string
	quote          string
}

var loggerTimes = []string{"2006-01-02T15:04:05.000Z", "2006-01-02 15:04:05,000", "2006/01/02 15:04:05", "02.01.2006 15:04:05", "[02/Jan/2006:15:04:05 +0000]", "Jan _2 15:04:05", "15:04:05.000000", "Mon Jan _2 15:04:05 2006"}

var loggerMarks = [][2]string{
	{"<<< ", ">>> "}, {"<- ", "-> "}, {"-> ", "<- "}, {"SENT: ", "RECEIVED: "}, {"get: ", "put: "}, {"Rx: ", "Tx: "}, {"S> ", "C> "}, {"[in] ", "[out] "},
	{"reply=", "command="}, {"<-- ", "--> "}, {"Server: ", "Client: "}, {"received ", "sending "}, {"< ", "> "}, {"← ", "→ "}, {"", "ftp> "},
	{"recv:\t", "send:\t"}, {"Antwort:   ", "Befehl:    "},
}

func newLogger(random *rand.Rand) *logger {
	marks := loggerMarks[random.IntN(len(loggerMarks))]
	l := &logger{reply: marks[0], command: marks[1]}
	layout := loggerTimes[random.IntN(len(loggerTimes))]
	candidates := []func(n int, line wireLine) string{
		func(n int, _ wireLine) string { return at(n).Format(layout) + " " },
		func(_ int, line wireLine) string { return fmt.Sprintf("[pool-4-thread-%d] ", line.conn) },
		func(n int, _ wireLine) string { return []string{"INFO ", "DEBUG "}[n%2] },
		func(int, wireLine) string { return "c.x.FtpClient - " },
		func(n int, _ wireLine) string { return fmt.Sprintf("%d ", n) },
		func(_ int, line wireLine) string { return fmt.Sprintf("(10.0.0.%d:%d) ", line.conn, 40000+line.conn) },
		func(_ int, line wireLine) string { return fmt.Sprintf("0x7fa%da0 ", line.conn) },
	}
	for _, c := range candidates {
		if random.IntN(3) == 0 {
			l.parts = append(l.parts, c)
		}
	}
	if random.IntN(4) == 0 {
		l.quote = `"`
	}
	return l
}

func (l *logger) write(b []byte, n int, line wireLine) []byte {
	for _, part := range l.parts {
		b = append(b, part(n, line)...)
	}
	mark := l.reply
	if line.side == Client {
		mark = l.command
	}
	b = append(append(b, mark...), l.quote...)
	if l.quote != "" {
		quoted := fmt.Sprintf("%q", line.text)
		return append(append(b, quoted[1:]...), '\n')
	}
	return append(append(b, line.text...), '\n')
}

// Loggers with prefixes and marks that no format knows give back the lines of the wire.
func TestSyntheticLoggers(t *testing.T) {
	sessions, _ := filepath.Glob("../testdata/captures/*/*/exchange.ndjson")
	var dialogues [][]wireLine
	var names []string
	for _, path := range sessions {
		if strings.Contains(path, "odd") {
			continue // commands that no client sends
		}
		if d := wireDialogue(t, path); len(d) >= 8 {
			dialogues, names = append(dialogues, d), append(names, path)
		}
	}
	if len(dialogues) < 4 {
		t.Fatalf("%d dialogues", len(dialogues))
	}
	for seed := range 30 {
		random := rand.New(rand.NewPCG(uint64(seed), 8))
		l := newLogger(random)
		for i, dialogue := range dialogues {
			var log []byte
			var want []string
			for n, line := range dialogue {
				log = l.write(log, n, line)
				want = append(want, fmt.Sprintf("%v %s", line.side, line.text))
			}
			r, err := Open(bytes.NewReader(log), "")
			if err != nil {
				t.Errorf("logger %d, %s: %v\n%.300s", seed, names[i], err, log)
				break
			}
			var got []string
			for {
				e, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if e.Kind == Data {
					got = append(got, fmt.Sprintf("%v %s", e.Side, strings.TrimSuffix(string(e.Bytes), "\r\n")))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("logger %d, %s, read as %s with %v: %s\n%.300s", seed, names[i], r.Format.Name, r.Marks, firstDifferences(diff), log)
				break
			}
		}
	}
}

var genericTests = []struct {
	name, input, marks string
	want               string
}{
	{"a Java server, two connections", `
2026-05-01 10:00:00,000 [pool-4-thread-1] INFO  Filter : SENT: 220 a
2026-05-01 10:00:01,000 [pool-4-thread-2] INFO  Filter : SENT: 220 b
2026-05-01 10:00:02,000 [pool-4-thread-1] INFO  Filter : RECEIVED: USER a
2026-05-01 10:00:02,000 [pool-4-thread-2] WARN  other: 220 lines
2026-05-01 10:00:03,000 [pool-4-thread-2] INFO  Filter : RECEIVED: QUIT
2026-05-01 10:00:03,500 [pool-4-thread-2] INFO  Filter : SENT: 221-c
2026-05-01 10:00:03,500 [pool-4-thread-1] INFO  Filter : SENT: 331 d
2026-05-01 10:00:03,500 [pool-4-thread-2] INFO  Filter : SENT:  e
2026-05-01 10:00:03,500 [pool-4-thread-2] INFO  Filter : SENT: 221 f
`, `replies after "SENT: ", commands after "RECEIVED: ", connections by "TIME [pool-N-thread-N] LEVEL Filter :", times like 2006-01-02 15:04:05`, `generic
1 2026-05-01T10:00:00Z server "220 a\r\n"
2 2026-05-01T10:00:01Z server "220 b\r\n"
1 2026-05-01T10:00:02Z client "USER a\r\n"
2 2026-05-01T10:00:03Z client "QUIT\r\n"
2 2026-05-01T10:00:03.5Z server "221-c\r\n"
1 2026-05-01T10:00:03.5Z server "331 d\r\n"
2 2026-05-01T10:00:03.5Z server " e\r\n"
2 2026-05-01T10:00:03.5Z server "221 f\r\n"
`},
	{"no prefix, words", "get: 220 a\nput: USER b\nget: 331-c\nget: d\nget: 331 e\nput: PASS f\nget: 230 g\n",
		`replies after "get: ", commands after "put: "`, `generic
1 server "220 a\r\n"
1 client "USER b\r\n"
1 server "331-c\r\n"
1 server "d\r\n"
1 server "331 e\r\n"
1 client "PASS f\r\n"
1 server "230 g\r\n"
`},
	{"a user's name before the mark", `
10:00:00 [none] << 220 a
10:00:01 [none] >> USER b
10:00:01 [none] << 331 c
10:00:02 [none] >> PASS d
10:00:02 [b] << 230 e
10:00:03 [b] >> PWD
10:00:03 [b] << 257 "/"
`, `replies after "<< ", commands after ">> ", times like 15:04:05`, `generic
1 1970-01-01T00:00:00Z server "220 a\r\n"
1 1970-01-01T00:00:01Z client "USER b\r\n"
1 1970-01-01T00:00:01Z server "331 c\r\n"
1 1970-01-01T00:00:02Z client "PASS d\r\n"
1 1970-01-01T00:00:02Z server "230 e\r\n"
1 1970-01-01T00:00:03Z client "PWD\r\n"
1 1970-01-01T00:00:03Z server "257 \"/\"\r\n"
`},
	{"further lines without a mark", "In: 220-a\nb\n220 c\nOut: USER b\nIn: 331 c\nnoise\n", `replies after "In: ", commands after "Out: "`, `generic
1 server "220-a\r\n"
1 server "b\r\n"
1 server "220 c\r\n"
1 client "USER b\r\n"
1 server "331 c\r\n"
`},
	{"escaped line ends", `rx 220 a\r\n` + "\n" + `tx USER b\r\n` + "\n" + `rx 331 c\r\n` + "\n", `replies after "rx ", commands after "tx "`, `generic
1 server "220 a\r\n"
1 client "USER b\r\n"
1 server "331 c\r\n"
`},
	{"replies without a mark", "220-x\n220 y\n>>> USER a\n331 pw\n>>> PASS\n230 in\n", `replies after "", commands after ">>> "`, `generic
1 server "220-x\r\n"
1 server "220 y\r\n"
1 client "USER a\r\n"
1 server "331 pw\r\n"
1 client "PASS\r\n"
1 server "230 in\r\n"
`},
	{"replies alone", "Reply: 220-a\nReply: b\nReply: 220 c\nReply: 331 d\nReply: 230 e\n", `replies after "Reply: "`, `generic
1 server "220-a\r\n"
1 server "b\r\n"
1 server "220 c\r\n"
1 server "331 d\r\n"
1 server "230 e\r\n"
`},
}

// brief renders the events and their times, without places and addresses.
func brief(r *Reader) string {
	b := []byte(r.Format.Name + "\n")
	for {
		e, err := r.Next()
		if err == io.EOF {
			return string(b)
		}
		if err != nil {
			return string(b) + err.Error()
		}
		b = fmt.Appendf(b, "%d ", e.Conn)
		if !e.Time.IsZero() {
			b = append(e.Time.UTC().AppendFormat(b, time.RFC3339Nano), ' ')
		}
		if e.Kind == Data {
			b = fmt.Appendf(b, "%v %q\n", e.Side, e.Bytes)
		} else {
			b = fmt.Appendf(b, "kind %d\n", e.Kind)
		}
	}
}

func TestGeneric(t *testing.T) {
	for _, tt := range genericTests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(tt.input), "")
			if err != nil {
				t.Fatal(err)
			}
			if r.Marks == nil {
				t.Fatalf("taken for %s", r.Format.Name)
			}
			if got := r.Marks.String(); got != tt.marks {
				t.Errorf("marks:\n%s, want\n%s", got, tt.marks)
			}
			if diff := cmp.Diff(tt.want, brief(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Two sinks of one logger, prose and source code are refused.
func TestGenericRefuses(t *testing.T) {
	tests := []struct {
		name, input string
		want        error
	}{
		{"two readings", "A: 220 a\nB: 220 a\nA> USER b\nB> USER b\nA: 331 c\nB: 331 c\n", errTwoReadings},
		{"prose", "The server answers 220 when it is ready.\nSend USER and then PASS.\nThe reply is 331 or 230.\nQUIT ends it, with 221 Goodbye.\n", nil},
		{"source code", "switch (code) {\ncase 220: login(); break;\ncase 331: send(\"PASS \" + p); break;\ncase 230: send(\"PWD\");\n}\nreply(\"220 ready\");\nreply(\"331 password\");\nif (verb == \"USER\") user();\nif (verb == \"PASS\") pass();\n", nil},
		{"a table", "| 220 | ready |\n| 331 | password |\n| USER | name |\n| PASS | word |\n", nil},
		{"numbers that are no codes", "tls[1]: cipher AES, 256 bits\ntls[2]: cipher AES, 256 bits\ntls[3]: cipher AES, 256 bits\ntls[4]: cipher AES, 256 bits\n", nil},
		{"a client's output with HELP", "a.txt\nb.txt\n214-The following commands are recognized.\n ABOR ACCT ALLO APPE CDUP CWD\n MODE NLST NOOP OPTS PASS PASV\n SITE CHMOD UMASK HELP\n214 Help OK.\n211-Features:\n UTF8\n211 End\ncd: 550 no such file\n500 Unknown SITE command.\n", nil},
		{"a client's output with SITE HELP", "x.txt\n214-The following SITE commands are recognized\n ALIAS\n CHMOD\n214 Pure-FTPd\nrm: Access failed: 550 no\n214-The following SITE commands are recognized\n ALIAS\n214 Pure-FTPd\n500 no\n", nil},
		{"web server", "10.0.0.1 - - [22/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 512\n10.0.0.1 - - [22/Nov/2026:10:00:00 +0000] \"HEAD / HTTP/1.1\" 404 220\n", nil},
	}
	for _, tt := range tests {
		r, err := Open(strings.NewReader(tt.input), "")
		if err == nil {
			t.Errorf("%s: taken for %s, %v", tt.name, r.Format.Name, r.Marks)
		} else if !errors.Is(err, ErrFormat) || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestOpenMarked(t *testing.T) {
	tests := []struct {
		marks Marks
		input string
		want  string
	}{
		{Marks{Reply: "<= ", Command: "=> "}, "10:00:00 a <= 220 a\n10:00:01 a => USER =>\nb\n10:00:02 a <= 331 <=\n",
			"generic\n1 1970-01-01T00:00:00Z server \"220 a\\r\\n\"\n1 1970-01-01T00:00:01Z client \"USER =>\\r\\n\"\n1 1970-01-01T00:00:02Z server \"331 <=\\r\\n\"\n"},
		{Marks{Reply: "S:", Session: `\[(\d+)\]`}, "[1] S:220 a\n[2] S:220 b\nUSER x\n[1] S:331 c\n",
			"generic\n1 server \"220 a\\r\\n\"\n2 server \"220 b\\r\\n\"\n3 client \"USER x\\r\\n\"\n1 server \"331 c\\r\\n\"\n"},
		{Marks{Reply: "<", Command: ">", Time: "2006|01|02|15|04|05"}, "2026|05|01|10|00|00 <220 a\n",
			"generic\n1 2026-05-01T10:00:00Z server \"220 a\\r\\n\"\n"},
		{Marks{}, genericTests[1].input, genericTests[1].want},
	}
	for _, tt := range tests {
		r, err := OpenMarked(strings.NewReader(tt.input), tt.marks)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, brief(r)); diff != "" {
			t.Errorf("%v: %s", &tt.marks, diff)
		}
	}
	if _, err := OpenMarked(strings.NewReader(""), Marks{Reply: "<", Session: "("}); err == nil {
		t.Error("no error for a session that is no regular expression")
	}
	if _, err := Open(strings.NewReader("prose\n"), "generic"); !errors.Is(err, ErrFormat) {
		t.Errorf("generic without marks: %v", err)
	}
}
