package payload

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// testdata/peers.tsv says what real readers made of texts, and what this package
// makes of them. The cells of the readers were recorded by running these versions.
// A cell is the value; "!" and a reason for an error; "!panic" for a crash,
// "!exception" for an error that its own interface does not name, "!hangs" for waiting without end; "none"
// for an empty list; "-" when it was not tried. A host that a reader does not use is left out: ":1075".
const (
	kindColumn = iota
	replyColumn
	oursColumn
	tolerancesColumn
	whyColumn
	firstPeer
)

// TestPeers checks the column of this package, and that the table has a reason exactly
// where some reader differs from it.
func TestPeers(t *testing.T) {
	file, err := os.ReadFile("testdata/peers.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(file), "\n"), "\n")
	header := strings.Split(lines[0], "\t")
	for i, line := range lines[1:] {
		row := strings.Split(line, "\t")
		if len(row) != len(header) {
			t.Fatalf("line %d has %d cells, want %d", i+2, len(row), len(header))
		}
		raw, err := strconv.Unquote(row[replyColumn])
		if err != nil {
			t.Fatalf("line %d: %v", i+2, err)
		}
		ours, d := readAsPeer(t, row[kindColumn], raw+"\r\n")
		if ours != row[oursColumn] || d.String() != row[tolerancesColumn] {
			t.Errorf("line %d: %q: %s %v, the table has %s %s", i+2, raw, ours, d, row[oursColumn], row[tolerancesColumn])
		}
		differs := false
		for _, peer := range row[firstPeer:] {
			differs = differs || !sameReading(ours, peer)
		}
		if differs != (row[whyColumn] != "") {
			t.Errorf("line %d: %q: readers differ: %v, why: %q", i+2, raw, differs, row[whyColumn])
		}
	}
}

// sameReading reports whether a reader's cell agrees with ours.
func sameReading(ours, peer string) bool {
	switch {
	case peer == "-", peer == ours:
		return true
	case peer == "!error":
		return strings.HasPrefix(ours, "!")
	default: // a port without the host that the reader does not use
		return strings.HasPrefix(peer, ":") && strings.HasSuffix(ours, peer)
	}
}

// readAsPeer gives our cell of the table.
func readAsPeer(t *testing.T, kind, raw string) (cell string, d Tolerance) {
	t.Helper()
	r := reply(t, raw)
	var err error
	switch kind {
	case "PASV", "EPSV":
		var p Passive
		p, err = ParsePassive(r)
		cell, d = passiveString(p), p.Tolerances
	case "PWD":
		var p Path
		p, err = ParsePath(r)
		cell, d = strconv.Quote(string(p.Name)), p.Tolerances
	case "SIZE":
		var s Size
		s, err = ParseSize(r)
		cell, d = strconv.FormatUint(s.Bytes, 10), s.Tolerances
	case "MDTM":
		var m ModTime
		m, err = ParseModTime(r)
		cell, d = m.Time.Format(time.RFC3339Nano), m.Tolerances
	case "FEAT":
		var f Features
		f, err = ParseFeatures(r)
		cell, d = strings.Join(featureStrings(f), " "), f.Tolerances
		if cell == "" {
			cell = "none"
		}
	default:
		t.Fatalf("kind %q", kind)
	}
	for reason, name := range map[error]string{
		ErrAmbiguous: "!ambiguous", ErrMissing: "!missing", ErrSyntax: "!syntax", ErrRange: "!range", ErrUnsafePath: "!unsafe-path", ErrYear2000: "!year-2000",
	} {
		if errors.Is(err, reason) {
			cell = name
		}
	}
	return cell, d
}
