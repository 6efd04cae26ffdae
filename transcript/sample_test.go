package transcript

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/google/go-cmp/cmp"
)

// testdata/FORMAT/NAME.log is a recording that a program made, NAME.events the golden
// stream of events, and NAME.server.raw, NAME.server.2.raw and so on, where they are, what
// the server-PI sent on each connection of the same session. testdata/README.md has the origins.

var (
	update = flag.Bool("update", false, "write the golden event streams")
	all    = flag.Bool("all", false, "try everything on everything: whole samples in each way")
)

func samples(t testing.TB) []string {
	paths, _ := filepath.Glob("testdata/*/*.log")
	if len(paths) == 0 {
		t.Fatal("there are no samples")
	}
	return paths
}

func readSample(t testing.TB, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sampleFormat(path string) string { return filepath.Base(filepath.Dir(path)) }

// golden renders all events, one a line; those of the wire, whose events are as they
// come, by lines.
func golden(r io.Reader, name string) (string, error) {
	var wire []byte
	t, err := Open(r, name)
	if err != nil {
		return "", err
	}
	b := fmt.Appendf(nil, "%s %s\n", t.Format.Name, kept(t.Format))
	for {
		e, err := t.Next()
		if err == io.EOF {
			for line := range bytes.Lines(wire) {
				b = fmt.Appendf(b, "%q\n", line)
			}
			return string(b), nil
		}
		if err != nil {
			return string(b), err
		}
		if t.Format.wire {
			wire = append(wire, e.Bytes...)
			continue
		}
		b = fmt.Appendf(b, "%d: %d ", e.Record, e.Conn)
		if !e.Time.IsZero() {
			b = append(e.Time.UTC().AppendFormat(b, "2006-01-02T15:04:05.000000"), ' ')
		}
		if e.Client.IsValid() || e.Server.IsValid() {
			b = fmt.Appendf(b, "%s->%s ", addressOf(e.Client), addressOf(e.Server))
		}
		switch e.Kind {
		case Data:
			b = fmt.Appendf(b, "%v %q\n", e.Side, e.Bytes)
		case Gap:
			b = fmt.Appendf(b, "%v gap %d\n", e.Side, e.Lost)
		case HangUp:
			b = fmt.Appendf(b, "%v hang-up\n", e.Side)
		case Closed:
			b = append(b, "closed\n"...)
		}
	}
}

// kept renders the details that a format keeps, and its clock.
func kept(f *Format) string { return fmt.Sprintf("keeps %v; clock %d", f.Keeps, f.Clock) }

// addressOf renders an address, or a question mark for one that is not known.
func addressOf(a netip.AddrPort) string {
	if !a.IsValid() {
		return "?"
	}
	return a.String()
}

func TestSamples(t *testing.T) {
	for _, path := range samples(t) {
		t.Run(path, func(t *testing.T) {
			sample := readSample(t, path)
			got, err := golden(bytes.NewReader(sample), "")
			if err != nil {
				t.Fatal(err)
			}
			if format, _, _ := strings.Cut(got, " "); format != sampleFormat(path) {
				t.Errorf("taken for %s", format)
			}
			file := strings.TrimSuffix(path, ".log") + ".events"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readSample(t, file)), got); diff != "" {
				t.Error(diff)
			}
			for how, r := range map[string]io.Reader{
				"single bytes": iotest.OneByteReader(bytes.NewReader(sample)),
				"halves":       iotest.HalfReader(bytes.NewReader(sample)),
				"with EOF":     iotest.DataErrReader(bytes.NewReader(sample)),
			} {
				if again, err := golden(r, ""); err != nil || again != got {
					t.Errorf("%s: error %v: %s", how, err, cmp.Diff(got, again))
				}
			}
		})
	}
}

// Every format has a sample, every sample's directory is a format, and its origin is told.
func TestEveryFormatHasASample(t *testing.T) {
	sampled := map[string]bool{}
	origins := string(readSample(t, "testdata/README.md"))
	for _, path := range samples(t) {
		if _, err := named(sampleFormat(path)); err != nil {
			t.Error(err)
		}
		sampled[sampleFormat(path)] = true
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), "testdata/"), ".log")
		if !strings.Contains(origins, "`"+name+"`") {
			t.Errorf("testdata/README.md does not tell where %s comes from", name)
		}
	}
	for f := range Formats() {
		if !sampled[f.Name] {
			t.Errorf("there is no testdata/%s", f.Name)
		}
		if f.Producer == "" || f.Recognised == "" {
			t.Errorf("%s does not tell who writes it and how it is recognised", f.Name)
		}
	}
}

// A sample cut after any of its first lines is recognised as its own format, as none, or
// as one that cannot be told from another; but never as another. (Replies without marks
// are raw until the first command comes.)
func TestNoSampleIsTakenForAnother(t *testing.T) {
	for _, path := range samples(t) {
		sample := readSample(t, path)
		for end, line := 0, 0; line < 60 && end < len(sample); line++ {
			end += bytes.IndexByte(append(sample[end:len(sample):len(sample)], '\n'), '\n') + 1
			r, err := Open(bytes.NewReader(sample[:min(end, len(sample))]), "")
			if err != nil && !errors.Is(err, ErrFormat) {
				t.Errorf("%s: %v", path, err)
			}
			if err == nil && r.Format.Name != sampleFormat(path) && r.Format.Name != "raw" && !t.Failed() {
				t.Errorf("%s: up to line %d taken for %s", path, line+1, r.Format.Name)
			}
		}
	}
}

// Every reader gets through the samples of every other. Without -all, it gets through the
// beginnings of a third of them.
func TestEverySampleThroughEveryReader(t *testing.T) {
	const enough = 4 << 10
	for i, path := range samples(t) {
		sample := readSample(t, path)
		if !*all {
			sample = sample[:min(len(sample), enough)]
		}
		for j, f := range formats {
			if (i+j)%3 != 0 && f.Name != sampleFormat(path) && !*all {
				continue
			}
			a, err := golden(bytes.NewReader(sample), f.Name)
			b, err1 := golden(iotest.HalfReader(bytes.NewReader(sample)), f.Name)
			if a != b || fmt.Sprint(err) != fmt.Sprint(err1) {
				t.Errorf("%s read as %s depends on how it comes: errors %v and %v", path, f.Name, err, err1)
			}
		}
	}
}

// What the log has of the server is what was on the wire, but for what its fidelity says:
// the line ends; 8-bit text; how the inner lines of a reply began. Some clients hang up
// without a look at the reply to QUIT.
func TestPairs(t *testing.T) {
	pairs := 0
	for _, path := range samples(t) {
		wires, _ := filepath.Glob(strings.TrimSuffix(path, ".log") + ".server*.raw")
		if len(wires) == 0 {
			continue
		}
		pairs++
		t.Run(path, func(t *testing.T) {
			f, got := serverLines(t, path)
			if len(got) != len(wires) {
				t.Errorf("%d connections, want %d", len(got), len(wires))
			}
			for i, lines := range got {
				file := ".server.raw"
				if i > 0 {
					file = fmt.Sprintf(".server.%d.raw", i+1)
				}
				want := wireLines(readSample(t, strings.TrimSuffix(path, ".log")+file), f)
				if n := len(lines); n < len(want) && farewell.MatchString(want[n]) {
					want = want[:n]
				}
				if diff := cmp.Diff(want, lines); diff != "" {
					t.Errorf("connection %d: %s", i+1, diff)
				}
			}
		})
	}
	if pairs == 0 {
		t.Error("there is nothing to compare")
	}
}

// serverLines are the lines of the server-PI, by connection.
func serverLines(t *testing.T, path string) (keeps fidelity.Set, conns [][]string) {
	r, err := Open(bytes.NewReader(readSample(t, path)), "")
	if err != nil {
		t.Fatal(err)
	}
	var streams [][]byte
	for e, err := r.Next(); err != io.EOF; e, err = r.Next() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == Data && e.Side == Server {
			for len(streams) < e.Conn {
				streams = append(streams, nil)
			}
			streams[e.Conn-1] = append(streams[e.Conn-1], e.Bytes...)
		}
	}
	for _, s := range streams {
		conns = append(conns, wireLines(s, r.Format.Keeps))
	}
	return r.Format.Keeps, conns
}

// farewell begins a reply to QUIT; Pure-FTPd also says 226 when a client hangs up.
var farewell = regexp.MustCompile(`^221|^226 Logout`)

var codeFirst = regexp.MustCompile(`^\d\d\d-?`)

// wireLines are the lines without what the fidelity says is lost.
func wireLines(b []byte, keeps fidelity.Set) (lines []string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\n"), "\n") {
		line = strings.TrimRight(line, "\r")
		if !keeps.Has(fidelity.AllBytes) {
			line = strings.Map(func(r rune) rune {
				if r >= 0x80 {
					return -1
				}
				return r
			}, line)
		}
		if !keeps.Has(fidelity.LineStarts) {
			line = codeFirst.ReplaceAllString(line, "")
		}
		lines = append(lines, line)
	}
	return lines
}
