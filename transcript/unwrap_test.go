package transcript

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// transports put a prefix before the n-th line, as people and programs do on whose way a log
// has been. A timed one knows the time, n seconds after 10 o'clock.
var transports = []struct {
	name   string
	timed  bool
	prefix func(n int) string
}{
	{"CI", true, func(n int) string { return at(n).Format("2006-01-02T15:04:05.0000000Z ") }},
	{"kubectl", true, func(n int) string { return at(n).Format("2006-01-02T15:04:05.000000000Z ") }},
	{"docker compose", false, func(int) string { return "app-1  | " }},
	{"docker compose with times", true, func(n int) string { return "app-1  | " + at(n).Format("2006-01-02T15:04:05.000000000Z ") }},
	{"a logger", true, func(n int) string {
		return at(n).Format("[2006-01-02 15:04:05.000] ") + []string{"[debug] ", "[info] "}[n%2]
	}},
	{"a logger with a thread", true, func(n int) string {
		return at(n).Format("2006-01-02 15:04:05,000 ") + "[pool-4-thread-1] DEBUG c.x.Ftp - "
	}},
	{"journalctl without a process", true, func(n int) string { return at(n).Format("Jan _2 15:04:05 ") + "host app: " }},
	{"a mail", false, func(int) string { return "> " }},
	{"a mail, twice", false, func(int) string { return ">> " }},
	{"Markdown", false, func(int) string { return "    " }},
	{"a comment", false, func(int) string { return "# " }},
	{"another comment", false, func(int) string { return "// " }},
	{"line numbers", false, func(n int) string { return fmt.Sprintf("%6d\t", n) }},
	{"a name", false, func(int) string { return "FTP client: " }},
}

func at(n int) time.Time { return time.Date(2026, 5, 1, 10, 0, n, 0, time.UTC) }

// withPrefix puts the prefix before each line. What the log has at its end stays.
func withPrefix(log []byte, prefix func(n int) string) []byte {
	var b []byte
	n := 0
	for line := range bytes.Lines(log) {
		n++
		b = append(append(b, prefix(n)...), line...)
	}
	return b
}

// eventList renders the events without their times.
func eventList(r *Reader) (list []string, times []time.Time, err error) {
	for {
		e, err := r.Next()
		if err == io.EOF {
			return list, times, nil
		}
		if err != nil {
			return list, times, err
		}
		times = append(times, e.Time)
		e.Time = time.Time{}
		list = append(list, fmt.Sprintf("%d: %d %v %v %q %v %v %v", e.Record, e.Conn, e.Kind, e.Side, e.Bytes, e.Lost, e.Client, e.Server))
	}
}

// After any of the transports a log gives the events that it gives without; and their times
// where it has none of its own.
//
// Without -all, only the first sample of each format is tried with all prefixes, and the others with
// one of four.
func TestTransports(t *testing.T) {
	tried := map[string]bool{}
	for i, path := range samples(t) {
		sample := readSample(t, path)
		plain, err := Open(bytes.NewReader(sample), "")
		if err != nil {
			t.Fatal(err)
		}
		if plain.Format.wire || plain.Format.Name == "exchange" {
			continue
		}
		want, own, err := eventList(plain)
		if err != nil {
			t.Fatal(err)
		}
		first := !tried[plain.Format.Name]
		tried[plain.Format.Name] = true
		for j, tr := range transports {
			if !first && !*all && (i+j)%4 != 0 {
				continue
			}
			t.Run(path+" "+tr.name, func(t *testing.T) {
				r, err := Open(bytes.NewReader(withPrefix(sample, tr.prefix)), "")
				if err != nil {
					t.Fatal(err)
				}
				if r.Format.Name != plain.Format.Name {
					t.Fatalf("taken for %s", r.Format.Name)
				}
				got, times, err := eventList(r)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatal(firstDifferences(diff))
				}
				if tr.timed && !slices.ContainsFunc(own, func(t time.Time) bool { return !t.IsZero() }) {
					if slices.ContainsFunc(times, time.Time.IsZero) || r.Format.Clock == NoClock {
						t.Error("there are no times")
					}
				}
			})
		}
	}
}

func firstDifferences(diff string) string {
	lines := strings.SplitAfter(diff, "\n")
	return strings.Join(lines[:min(len(lines), 14)], "")
}
