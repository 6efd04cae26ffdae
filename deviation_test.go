package ftpreply

import (
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/internal/wire"
)

// The iterators over deviations end when the loop does.
func TestDeviationsStop(t *testing.T) {
	for range Deviations() {
		break
	}
	for range Strict.Each() {
		break
	}
	if got, want := slices.Collect((BareLF | CRRun | LongLine).Each()), []Deviation{BareLF, CRRun, LongLine}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := (BareLF | endOfDeviations).String(); got != "bare-lf" {
		t.Errorf("a bit without a name gives %q", got)
	}
	if info, ok := endOfDeviations.Info(); ok {
		t.Errorf("a bit without a name gives %v", info)
	}
	if got := (endOfDeviations - 1) &^ Strict; got != NotUTF8|UnknownCode|LongLine {
		t.Errorf("%v are legal", got)
	}
}

// A reply has exactly these deviations.
func TestDeviationsOfReply(t *testing.T) {
	for input, want := range map[string]Deviation{
		"220 " + strings.Repeat("x", wire.MaxLine-6) + "\r\n":                0,
		"220-a\r\n" + strings.Repeat(" plain\r\n", 100) + "\té\r\n220 b\r\n": 0,
		"220-a\n" + strings.Repeat("x", wire.MaxLine) + "\r\n220 b\r\n":      BareLF | LongLine,
		"220 \xe9\x00\x1b\r\n":                  NotUTF8 | NUL | ControlByte,
		"220 \x1b\x00\xe9\r\n":                  NotUTF8 | NUL | ControlByte,
		"220 \xe9\x1b\x00\r\n":                  NotUTF8 | NUL | ControlByte,
		"220-\x00\r\n\x1b\r\n\xe9\r\n220 b\r\n": NotUTF8 | NUL | ControlByte,
		// Telnet commands before the code are not text; the bytes after them are.
		"\x00220 a\r\n":                                  NUL,
		"\xff\xf1220 a\r\n":                              TelnetCommand,
		"\xff\xfb\x01220 a\r\n":                          TelnetCommand,
		"\xff\xf1220 \x1b\r\n":                           TelnetCommand | ControlByte,
		"\xff\xf1220 \x00\r\n":                           TelnetCommand | NUL,
		"\xff\xf1220 \xe9\r\n":                           TelnetCommand | NotUTF8,
		"\xff\xf1220 \xff\r\n":                           TelnetCommand | NotUTF8 | IACInText,
		"\xff\xf1220 é\r\n":                              TelnetCommand,
		"\xff\xf1\r\n\x00220 a\r\n":                      TelnetCommand | BlankLine | NUL,
		"\xff\xf1220-a\r\n\xff\xf1\r\n\x1b\r\n220 b\r\n": TelnetCommand | NotUTF8 | IACInText | ControlByte,
	} {
		if r, err := first(Options{}, input); err != nil || r.Deviations() != want {
			t.Errorf("%q: got %v, %v, want %v", input, r.Deviations(), err, want)
		}
	}
}

// Every deviation has a name, a summary and a source.
func TestDeviations(t *testing.T) {
	names := map[string]bool{}
	n := 0
	for info := range Deviations() {
		if info.Deviation != 1<<n {
			t.Errorf("%s is not bit %d", info.Name, n)
		}
		n++
		if names[info.Name] || info.Name == "" || strings.Trim(info.Name, "abcdefghijklmnopqrstuvwxyz-0123456789") != "" {
			t.Errorf("bad name %q", info.Name)
		}
		names[info.Name] = true
		if !strings.HasSuffix(info.Summary, ".") || info.Source == "" {
			t.Errorf("%s: summary %q, source %q", info.Name, info.Summary, info.Source)
		}
		if got := info.Deviation.String(); got != info.Name {
			t.Errorf("%s is called %q", info.Name, got)
		}
	}
	if endOfDeviations != 1<<n {
		t.Errorf("%d departures are described, the last bit is %b", n, endOfDeviations-1)
	}
	if got := (BareLF | NUL).String(); got != "bare-lf,nul" {
		t.Errorf("got %q", got)
	}
	if _, ok := Deviation(0).Info(); ok {
		t.Error("no departure has a description")
	}
}
