package recording

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/transcript"
)

// A pipe returns the pieces that a test sends, and waits for them.
type pipe struct {
	pieces chan string
	rest   string
}

func (p *pipe) Read(b []byte) (int, error) {
	if p.rest == "" {
		var open bool
		if p.rest, open = <-p.pieces; !open {
			return 0, io.EOF
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// A clock ends pauses when the test says so.
type clock chan time.Time

func (c clock) after(time.Duration) <-chan time.Time { return c }

// Each line of a log that is written slowly is returned when it has come.
func TestLive(t *testing.T) {
	for _, tt := range []struct {
		name   string
		format string // of Options
		lines  []string
		want   []string
		tries  int // pauses until the format is recognised
		early  bool
	}{
		{"raw", "", []string{"220 a\r\n", "230 b\r\n"}, []string{"220 a\r\n", "230 b\r\n"}, 1, true},
		{"log", "", []string{"<--- 220 a\n", "---> USER b\n", "<--- 331 c\n"}, []string{"220 a\r\n", "USER b\r\n", "331 c\r\n"}, 1, true},
		{"log by its name", "lftp", []string{"<--- 220 a\n", "---> USER b\n"}, []string{"220 a\r\n", "USER b\r\n"}, 1, true},
		{"not recognised at first", "", []string{"<---", " 220 a\n", "---> USER b\n"}, []string{"220 a\r\n", "USER b\r\n"}, 2, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, c := &pipe{pieces: make(chan string, 1)}, make(clock)
			opened := make(chan *Reader)
			go func() {
				r, err := Open(p, Options{Format: tt.format, Pause: time.Hour, after: c.after})
				if err != nil {
					t.Error(err)
				}
				opened <- r
			}()
			lines := tt.lines
			for range tt.tries {
				p.pieces <- lines[0]
				lines = lines[1:]
				c <- time.Time{}
			}
			r := <-opened
			if r == nil {
				return
			}
			if r.Early() != tt.early {
				t.Errorf("early: %v", r.Early())
			}
			got := next(t, r)
			for _, line := range lines {
				if !slices.Equal(got, tt.want[:len(got)]) || len(got) == 0 {
					t.Fatalf("%q, want the beginning of %q", got, tt.want)
				}
				p.pieces <- line
				got = append(got, next(t, r)...)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			close(p.pieces)
			if e, err := r.Next(); err != io.EOF {
				t.Errorf("at the end: %v, %v", e, err)
			}
		})
	}
}

func next(t *testing.T, r *Reader) []string {
	t.Helper()
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	return []string{string(e.Bytes)}
}

// Without a pause, Open does not need the clock.
func TestNoPause(t *testing.T) {
	for _, input := range []string{lftpLog, "220 a\r\n", "\xff\xfe" + strings.Join(strings.Split(lftpLog, ""), "\x00") + "\x00"} {
		r, err := Open(strings.NewReader(input), Options{Pause: time.Hour, after: make(clock).after})
		if err != nil {
			t.Error(err)
			continue
		}
		if r.Early() {
			t.Errorf("%q: early", input)
		}
		readAll(t, r)
	}
	if _, err := Open(strings.NewReader("prose\n"), Options{Pause: time.Hour, after: make(clock).after}); !errors.Is(err, transcript.ErrFormat) {
		t.Errorf("error %v", err)
	}
}

// The bytes of a packet are returned when the packet has come.
func TestLiveCapture(t *testing.T) {
	whole := capture(t)
	const header, record = 24, 16
	p := &pipe{pieces: make(chan string, 1)}
	p.pieces <- whole[:header]
	r, err := Open(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder // packets without data, which give no event
	for at := header; at < len(whole); {
		end := at + record + int(whole[at+8])
		kept.WriteString(whole[at:end])
		at = end
		for _, said := range []string{"220 a\r\n", "QUIT\r\n", "221 b\r\n"} {
			if strings.HasSuffix(whole[:end], said) {
				p.pieces <- kept.String()
				kept.Reset()
				if got := next(t, r); got[0] != said {
					t.Errorf("%q, want %q", got, said)
				}
			}
		}
	}
}
