package transcript

import (
	"bytes"
	"errors"
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
