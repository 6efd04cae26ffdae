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
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// events renders all events; those of one side are joined.
func events(r io.Reader, name string) (format string, got []string, err error) {
	t, err := Open(r, name)
	if err != nil {
		return "", nil, err
	}
	last := Event{Record: -1}
	for {
		e, err := t.Next()
		if err == io.EOF {
			return t.Format.Name, got, nil
		}
		if err != nil {
			return t.Format.Name, got, err
		}
		if e.Side == last.Side && t.Format.Name == "raw" && last.Record > 0 {
			got[len(got)-1] += string(e.Bytes)
		} else {
			got = append(got, fmt.Sprintf("%d %v %v ", e.Conn, e.Side, e.Time.UnixMicro())+string(e.Bytes))
		}
		last = e
	}
}

const noTime int64 = -62135596800000000

var formatTests = []struct {
	name, input, format string
	want                []string
}{
	{"a greeting", "220 a\r\n221 b\r\n", "raw", []string{fmt.Sprint("1 server ", noTime, " 220 a\r\n221 b\r\n")}},
	{"multi-line", "220-a\n220 b\n", "raw", []string{fmt.Sprint("1 server ", noTime, " 220-a\n220 b\n")}},
	{"a bare code", "220\r\n", "raw", []string{fmt.Sprint("1 server ", noTime, " 220\r\n")}},
	{"Telnet commands first", "\xff\xfe\x06\xff\xf1\x00\r\n200 a\r\n", "raw",
		[]string{fmt.Sprint("1 server ", noTime, " \xff\xfe\x06\xff\xf1\x00\r\n200 a\r\n")}},
	{"blank lines only", "\r\n\r\n", "raw", []string{fmt.Sprint("1 server ", noTime, " \r\n\r\n")}},
	{"TLS", "\x16\x03\x01\x00\x01a", "raw", []string{fmt.Sprint("1 server ", noTime, " \x16\x03\x01\x00\x01a")}},
	{"one line without an end", "220 " + strings.Repeat("x", 66000), "raw",
		[]string{fmt.Sprint("1 server ", noTime, " 220 "+strings.Repeat("x", 66000))}},
	{"both sides",
		`{"i": 1, "t": 0.5, "conn": 1, "dir": "S", "tls": false, "bytes": "MjIwIGENCg=="}` + "\n\n" +
			`{"conn": 2, "dir": "C", "bytes": "UVVJVA0K", "t": 1.25, "urgent": true}`, "exchange",
		[]string{"1 server 500000 220 a\r\n", "2 client 1250000 QUIT\r\n"}},
	{"a long record",
		`{"conn": 1, "dir": "S", "t": 0, "bytes": "` + strings.Repeat("MjIw", 100000) + `"}` + "\r\n", "exchange",
		[]string{"1 server 0 " + strings.Repeat("220", 100000)}},
}

func TestFormats(t *testing.T) {
	readers := map[string]func(io.Reader) io.Reader{
		"at once":      func(r io.Reader) io.Reader { return r },
		"single bytes": iotest.OneByteReader,
		"with EOF":     iotest.DataErrReader,
	}
	for _, tt := range formatTests {
		for how, reader := range readers {
			t.Run(tt.name+" "+how, func(t *testing.T) {
				format, got, err := events(reader(strings.NewReader(tt.input)), "")
				if format != tt.format || err != nil {
					t.Fatalf("format %q, error %v", format, err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestNotRecognised(t *testing.T) {
	for _, input := range []string{
		"", "# README\n", "USER x\r\n", "22 a\r\n", "2200 a\r\n", "220_a\r\n", "{}\n", `{"conn": 1}` + "\n", "2026-11-22 10:00:00 220 a\n",
	} {
		if format, _, err := events(strings.NewReader(input), ""); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: taken for %s, error %v", input, format, err)
		}
	}
	_, _, err := events(strings.NewReader("hunter2\r\nPASS hunter2\r\n"), "")
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the error shows a password: ", err)
	}
}

// linesWith finds the lines that linesLike would, one by one.
func TestLinesWith(t *testing.T) {
	const mark = "->"
	random := rand.New(rand.NewPCG(1, 2))
	for range 10000 {
		head := make([]byte, random.IntN(20))
		for i := range head {
			head[i] = "a->\n"[random.IntN(4)]
		}
		own := func(line []byte) bool { return len(line)%3 > 0 }
		want := linesLike(func(line []byte) bool { return bytes.Contains(line, []byte(mark)) && own(line) })(head)
		if got := linesWith(mark, own)(head); got != want {
			t.Fatalf("%q: %d lines, want %d", head, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	good := `{"conn": 1, "dir": "S", "t": 0, "bytes": "MjIwIGENCg=="}` + "\n"
	tests := []struct{ name, from, input, want string }{
		{"unknown format", "pcap", "220 a\r\n", `there is no format "pcap"`},
		{"direction", "exchange", good + `{"conn": 1, "dir": "X", "t": 0, "bytes": ""}`, `line 2: dir is "X", not "S" or "C"`},
		{"connection", "exchange", good + "\n" + `{"dir": "S", "t": 0, "bytes": ""}`, `line 3: there is no conn`},
		{"base64", "exchange", `{"conn": 1, "dir": "S", "bytes": "%"}`, "line 1: illegal base64 data at input byte 0"},
		{"cut", "exchange", good + good[:20], "line 2: unexpected end of JSON input"},
		{"too long", "exchange", `{"bytes": "` + strings.Repeat("A", maxLine), "exchange: nothing read: 1 line examined, none looks like a reply, none looks like a command"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got, err := events(strings.NewReader(tt.input), tt.from)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if strings.HasPrefix(tt.input, good) && len(got) != 1 {
				t.Errorf("before the error: %q", got)
			}
		})
	}
}

func TestReadErrorsComeBack(t *testing.T) {
	broken := errors.New("broken")
	for _, head := range []string{"", "220 a\r\n", `{"conn": 1, "dir": "S", "t": 0, "bytes": ""}` + "\n"} {
		r := io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken))
		if _, _, err := events(r, ""); !errors.Is(err, broken) {
			t.Errorf("%q: error %v", head, err)
		}
	}
}

// The two recordings of a session hold the same bytes from the server.
func TestCaptures(t *testing.T) {
	sessions, _ := filepath.Glob("../testdata/captures/*/*/exchange.ndjson")
	if len(sessions) == 0 {
		t.Fatal("there are no captures")
	}
	for _, path := range sessions {
		t.Run(path, func(t *testing.T) {
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			r, err := Open(f, "")
			if err != nil {
				t.Fatal(err)
			}
			var first []byte
			var before time.Time
			for e, err := r.Next(); err != io.EOF; e, err = r.Next() {
				if err != nil || e.Time.Before(before) {
					t.Fatalf("record %d: at %v, error %v", e.Record, e.Time, err)
				}
				if before = e.Time; e.Conn == 1 && e.Side == Server {
					first = append(first, e.Bytes...)
				}
			}
			want, err := os.ReadFile(filepath.Join(filepath.Dir(path), "server.raw"))
			if err != nil || !bytes.Equal(first, want) {
				t.Errorf("%d bytes, want %d (error %v)", len(first), len(want), err)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	for _, tt := range formatTests {
		if len(tt.input) < 1000 {
			f.Add([]byte(tt.input))
		}
	}
	for _, path := range samples(f) {
		sample, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(sample[:min(len(sample), 1500)])
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		sum := 0
		for _, c := range input {
			sum += int(c)
		}
		for _, name := range []string{"", formats[sum%len(formats)].Name} {
			_, got, err := events(bytes.NewReader(input), name)
			_, got1, err1 := events(iotest.OneByteReader(bytes.NewReader(input)), name)
			if diff := cmp.Diff(got, got1); diff != "" || fmt.Sprint(err) != fmt.Sprint(err1) {
				t.Errorf("%s: errors %v and %v: %s", name, err, err1, diff)
			}
		}
	})
}

// BenchmarkOpen recognises recordings that fill the head.
func BenchmarkOpen(b *testing.B) {
	for name, line := range map[string]string{
		"raw":  "226 Transfer complete.\r\n",
		"lftp": "---> PWD\n<--- 257 \"/\" is the current directory\n",
		"none": "a line that no format has\n",
	} {
		b.Run(name, func(b *testing.B) {
			recording := strings.Repeat(line, bufferSize/len(line))
			b.SetBytes(int64(len(recording)))
			for b.Loop() {
				if _, err := Open(strings.NewReader(recording), ""); err != nil && name != "none" {
					b.Fatal(err)
				}
			}
		})
	}
}

// A recording that is taken for raw at first sight is raw by comparison with all formats.
func TestOnlyReplies(t *testing.T) {
	for input, want := range map[string]bool{
		"220 a\r\n331 b\r\n":          true,
		"220-a\r\n b\r\n220 c\r\n":    true,
		"220-a\n":                     false,
		"220 a\nUSER b\n331 c\n":      false,
		"220-a\n---> USER b\n220 c\n": false,
		"220-a\nUSER b\n220 c\n":      false,
		"220-a\n> USER b\n220 c\n":    false,
		"100 0.5 192.0.2.1 → 192.0.2.2 FTP 76 Response: 220 a\n101 0.6 192.0.2.2 → 192.0.2.1 FTP 76 Request: USER a\n": false,
		"\r\n220 a\r\n": false,
		"":              false,
	} {
		if got := isOnlyReplies([]byte(input)); got != want {
			t.Errorf("%q: %v", input, got)
		}
	}
	seen := 0
	for _, path := range samples(t) {
		sample := readSample(t, path)
		for from, lines := 0, 0; from < len(sample) && lines < 25; lines++ {
			in := &input{Reader: newBuffer(bytes.NewReader(sample[from:]))}
			from += bytes.IndexByte(append(sample[from:len(sample):len(sample)], '\n'), '\n') + 1
			h, err := in.prepare()
			if err != nil || !isOnlyReplies(h.wire) {
				continue
			}
			seen++
			if f, _, _ := recognised(h, formats); f != &raw {
				t.Errorf("%s, from line %d: raw at first sight, but not by comparison", path, lines+1)
			}
		}
	}
	if seen == 0 {
		t.Error("nothing is raw at first sight")
	}
}
