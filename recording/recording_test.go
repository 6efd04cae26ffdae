package recording

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// readAll joins the bytes of a recording by side.
func readAll(t *testing.T, r *Reader) (server, client string) {
	t.Helper()
	for {
		e, err := r.Next()
		if err == io.EOF {
			return server, client
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.Side == transcript.Server {
			server += string(e.Bytes)
		} else {
			client += string(e.Bytes)
		}
	}
}

const lftpLog = "<--- 220 ready\n---> USER alice\n<--- 331 password?\n"

func capture(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash("testdata/session.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zstandard(s string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(s), nil))
}

func TestOpen(t *testing.T) {
	tests := []struct {
		name, input      string
		options          Options
		format           string
		server, client   string
		showsEnds, early bool
	}{
		{name: "log", input: lftpLog, format: "lftp", server: "220 ready\r\n331 password?\r\n", client: "USER alice\r\n"},
		{name: "log by its name", input: lftpLog, options: Options{Format: "lftp"}, format: "lftp",
			server: "220 ready\r\n331 password?\r\n", client: "USER alice\r\n"},
		{name: "raw bytes", input: "220 ready\r\n", format: "raw", server: "220 ready\r\n"},
		{name: "gzip", input: gzipped("220 ready\r\n"), format: "raw", server: "220 ready\r\n"},
		{name: "zstd", input: zstandard("220 ready\r\n"), format: "raw", server: "220 ready\r\n"},
		{name: "capture", input: capture(t), format: "pcap", server: "220 a\r\n221 b\r\n", client: "QUIT\r\n", showsEnds: true},
		{name: "capture by its name", input: capture(t), options: Options{Format: "pcap"}, format: "pcap",
			server: "220 a\r\n221 b\r\n", client: "QUIT\r\n", showsEnds: true},
		{name: "compressed capture", input: gzipped(capture(t)), format: "pcap", server: "220 a\r\n221 b\r\n", client: "QUIT\r\n", showsEnds: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(tt.input), tt.options)
			if err != nil {
				t.Fatal(err)
			}
			server, client := readAll(t, r)
			if r.Format().Name != tt.format || server != tt.server || client != tt.client || r.ShowsEnds() != tt.showsEnds || r.Early() != tt.early {
				t.Errorf("%s: server %q, client %q, shows ends: %v, early: %v", r.Format().Name, server, client, r.ShowsEnds(), r.Early())
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name    string
		input   io.Reader
		options Options
		is      error
		text    string
	}{
		{"empty", strings.NewReader(""), Options{}, transcript.ErrFormat, "empty"},
		{"prose", strings.NewReader("It was a dark night.\n"), Options{}, transcript.ErrFormat, "not recognised"},
		{"unknown name", strings.NewReader(lftpLog), Options{Format: "lftp2"}, transcript.ErrFormat, `there is no "lftp2", only raw`},
		{"read error", io.MultiReader(strings.NewReader("22"), errorReader{&os.PathError{Op: "read", Path: "secret", Err: broken}}), Options{}, broken, "byte 2: broken"},
		{"cut gzip", strings.NewReader("\x1f\x8b\x08\x00"), Options{}, io.ErrUnexpectedEOF, "gzip"},
		{"capture of another link", strings.NewReader(strings.Replace(capture(t), "\x01\x00\x00\x00", "\x93\x00\x00\x00", 1)), Options{}, nil, "link type 147"},
		{"not a capture", strings.NewReader(lftpLog), Options{Format: "pcap"}, nil, "not a packet capture"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(tt.input, tt.options)
			if err == nil || tt.is != nil && !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error %v", err)
			}
		})
	}
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

func TestSkipped(t *testing.T) {
	arp := "\x00\x00\x00\x00\x00\x00\x00\x00\x0e\x00\x00\x00\x0e\x00\x00\x00" + "DDDDDDSSSSSS\x08\x06"
	for _, tt := range []struct {
		name, input string
		want        []Skip
	}{
		{"capture", capture(t) + arp, []Skip{{Reason: "not IP", Packets: 1}}},
		{"log", lftpLog, nil},
	} {
		r, err := Open(strings.NewReader(tt.input), Options{})
		if err != nil {
			t.Fatal(err)
		}
		readAll(t, r)
		if diff := cmp.Diff(tt.want, r.Skipped()); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestFormats(t *testing.T) {
	names := formatNames()
	if slices.Sort(names); len(slices.Compact(names)) != len(names) || !slices.Contains(names, "pcap") || !slices.Contains(names, "raw") {
		t.Errorf("%q", names)
	}
	for range Formats() {
		break
	}
}

func TestMarks(t *testing.T) {
	const log = "7 SENT: 220 a\n7 RECEIVED: USER b\n8 SENT: 220 c\n"
	open := func(o Options) (r *Reader, texts []string, err error) {
		if r, err = Open(strings.NewReader(log), o); err != nil {
			return nil, nil, err
		}
		for {
			e, err := r.Next()
			if err != nil {
				return r, texts, err
			}
			texts = append(texts, fmt.Sprint(e.Conn, " ", e.Side, " ", string(e.Bytes)))
		}
	}
	marks := transcript.Marks{Reply: "SENT: ", Command: "RECEIVED: ", Session: "^[0-9]"}
	r, texts, err := open(Options{Marks: marks})
	if want := []string{"1 server 220 a\r\n", "1 client USER b\r\n", "2 server 220 c\r\n"}; err != io.EOF || !slices.Equal(texts, want) {
		t.Errorf("%q, error %v", texts, err)
	}
	if m := r.Marks(); m == nil || m.Reply != marks.Reply || m.Session != marks.Session {
		t.Errorf("marks %v", m)
	}
	for name, o := range map[string]Options{
		"another format": {Format: "curl", Marks: marks},
		"no mark":        {Marks: transcript.Marks{Session: "x"}},
		"no regexp":      {Marks: transcript.Marks{Reply: "x", Session: "("}},
	} {
		if _, _, err := open(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if r, err := Open(strings.NewReader("220 a\r\n"), Options{}); err != nil || r.Marks() != nil {
		t.Errorf("raw: marks %v, error %v", r.Marks(), err)
	}
}

// A line that is too long is a gap, and is counted.
func TestSkippedLines(t *testing.T) {
	log := "* Connected to a (192.0.2.1) port 21\n< 220 a\n" + strings.Repeat("x", 5<<20) + "\n< 221 b\n"
	r, err := Open(strings.NewReader(log), Options{})
	for err == nil {
		_, err = r.Next()
	}
	want := []Skip{{Reason: "longer than 4 MiB", Lines: 1}}
	if got := r.Skipped(); err != io.EOF || !slices.Equal(got, want) {
		t.Errorf("%v, error %v", got, err)
	}
}
