package lintcmd

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/findings"
	"github.com/ftpreply/ftpreply/lint"
)

// The peers' bytes cannot break the XML.
func TestJUnitIsWellFormed(t *testing.T) {
	var all []byte
	for c := range 256 {
		all = append(all, "220 <a>&\"']]>"+string(rune(c))+"\x1b"...)
		all = append(all, byte(c), '\r', '\n')
	}
	in := clitest.WriteFile(t, "\x01\xe9<&>.raw", all)
	_, out, stderr := runLint("lint", "--format", "junit", in, "../../../../testdata/captures")
	suites := 0
	for d := xml.NewDecoder(bytes.NewReader(out)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s%s", err, out, stderr)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "testsuite" {
			suites++
		}
	}
	if suites < 2 {
		t.Errorf("%d suites", suites)
	}
}

func TestJUnitCountsWhatItDoesNotList(t *testing.T) {
	e := lint.Example{"S 220 a\r\n"}
	for i := range findings.MaxEntries + 7 {
		e = append(e, "C X"+letters(i)+"\r\n", "S 500 \x01\r\n", "C X"+letters(i)+"\r\n", "S 500 \x01\r\n")
	}
	_, out, _ := runLint("lint", "--format", "junit", "--disable", "all", "--enable", "control-byte", "--fail-on", "info",
		clitest.WriteFile(t, "in.ndjson", clitest.ExchangeLines(t, e)))
	for _, want := range []string{`message="2014 findings: `, "\n14 more are not listed\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in %.1000s", want, out)
		}
	}
}

// A gate is an input that comes to its end when something has been written.
type gate struct{ written chan struct{} }

func (g *gate) Write(b []byte) (int, error) {
	select {
	case g.written <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (g *gate) Read([]byte) (int, error) {
	<-g.written
	return 0, io.EOF
}

// Test suites are written before all recordings have been read.
func TestJUnitStreams(t *testing.T) {
	in := clitest.WriteFile(t, "in.raw", []byte("220 \x01\r\n"))
	g := &gate{make(chan struct{}, 1)}
	args := append(slices.Repeat([]string{in}, 20), "-")
	status := cli.NewApp(t.Context(), g, g, io.Discard).Run([]cli.Command{New}, append([]string{"lint", "--format", "junit"}, args...))
	if status != cli.ExitTrouble { // standard input is empty
		t.Errorf("status %d", status)
	}
}
