package transcript

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// The ends of lines and the encoding of a text file change nothing in the events.
func TestFileEncodings(t *testing.T) {
	for _, path := range samples(t) {
		sample := readSample(t, path)
		f, _ := named(sampleFormat(path))
		if f.wire || bytes.Contains(sample, []byte{'\r'}) || !utf8.Valid(sample) || bytes.Contains(sample, []byte{0}) {
			continue
		}
		want, err := golden(bytes.NewReader(sample), "")
		if err != nil {
			t.Fatal(err)
		}
		text := string(sample)
		for name, input := range map[string]string{
			"CR LF":                    strings.ReplaceAll(text, "\n", "\r\n"),
			"UTF-8 with its mark":      "\ufeff" + text,
			"UTF-16, little endian":    toUTF16(text, false),
			"UTF-16, big endian CR LF": toUTF16(strings.ReplaceAll(text, "\n", "\r\n"), true),
		} {
			got, err := golden(strings.NewReader(input), "")
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s, %s: error %v: %s", path, name, err, firstDifferences(diff))
			}
		}
	}
}

// Twenty lines from the middle of a sample are taken for no other program's: for its own, for
// one without marks, or for none.
func TestFragments(t *testing.T) {
	const size, step = 20, 13
	neutral := []string{"raw", "unmarked", "generic"}
	own, other := 0, 0
	for _, path := range samples(t) {
		all := bytes.SplitAfter(readSample(t, path), []byte{'\n'})
		for from := step; from+size <= len(all); from += step {
			fragment := bytes.Join(all[from:from+size], nil)
			r, err := Open(bytes.NewReader(fragment), "")
			switch {
			case errors.Is(err, ErrFormat):
				other++
			case err != nil:
				t.Errorf("%s, from line %d: %v", path, from+1, err)
			case r.Format.Name == sampleFormat(path):
				own++
			case slices.Contains(neutral, r.Format.Name):
				other++
			default:
				t.Errorf("%s, from line %d: taken for %s", path, from+1, r.Format.Name)
			}
		}
	}
	if own < 3*other {
		t.Errorf("%d of %d fragments are recognised", own, own+other)
	}
}

// A sample cut after any of its lines gives the first of its events, and ends without another error
// than that of a recording without a reply.
func TestCuts(t *testing.T) {
	for _, path := range samples(t) {
		sample := readSample(t, path)
		f, _ := named(sampleFormat(path))
		if f.wire {
			continue
		}
		for end, line := 0, 0; line < 40 && end < len(sample); line++ {
			end += bytes.IndexByte(append(sample[end:len(sample):len(sample)], '\n'), '\n') + 1
			r, err := Open(bytes.NewReader(sample[:min(end, len(sample))]), f.Name)
			for err == nil {
				_, err = r.Next()
			}
			var format *FormatError
			if err.Error() != "EOF" && !errors.As(err, &format) && !strings.Contains(err.Error(), "quoted text") {
				t.Errorf("%s, up to line %d: %v", path, line+1, err)
			}
		}
	}
}

// A paused source returns its parts one by one, with a deadline after the first.
type paused struct {
	parts []string
	reads int
}

func (p *paused) Read(b []byte) (int, error) {
	p.reads++
	if p.reads == 2 {
		return 0, os.ErrDeadlineExceeded
	}
	if len(p.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.parts[0])
	p.parts = p.parts[1:]
	return n, nil
}

// A format is recognised by the lines that came before a pause, and each further line gives its
// event before the next one is read.
func TestLive(t *testing.T) {
	tests := []struct{ format, first, reply, command string }{
		{"lftp", "<--- 220 a\n---> USER b\n", "<--- 331 c\n", "---> PASS d\n"},
		{"curl", "* Connected to a (10.0.0.1) port 21 (#0)\n< 220 a\r\n> USER b\n", "< 331 c\r\n", "> PASS d\n"},
		{"generic", "10:00:00 S: 220 a\n10:00:00 C: USER b\n10:00:00 S: 331 c\n", "10:00:00 S: 332 c\n", "10:00:00 C: PASS d\n"},
		{"winscp", "< 2026-09-14 13:53:25.674 220 a\n", "< 2026-09-14 13:53:25.674 331 c\n", "> 2026-09-14 13:53:25.674 PASS d\n"},
		{"exchange", `{"conn":1,"dir":"S","t":0,"bytes":"MjIwIGENCg=="}` + "\n", `{"conn":1,"dir":"S","t":0,"bytes":"MjIwIGENCg=="}` + "\n",
			`{"conn":1,"dir":"C","t":0,"bytes":"UVVJVA0K"}` + "\n"},
	}
	for _, tt := range tests {
		source := &paused{parts: []string{tt.first, tt.reply, tt.command, tt.reply}}
		r, err := Open(source, "")
		if err != nil || r.Format.Name != tt.format || len(source.parts) != 3 {
			t.Errorf("%s: error %v, %d parts left", tt.format, err, len(source.parts))
			continue
		}
		for range strings.Count(tt.first, "\n") - strings.Count(tt.first, "*") {
			r.Next()
		}
		for left := 2; left >= 0; left-- {
			e, err := r.Next()
			if err != nil || e.Kind != Data || len(source.parts) != left {
				t.Errorf("%s: %+v, error %v, %d parts left, want %d", tt.format, e, err, len(source.parts), left)
			}
		}
	}
}
