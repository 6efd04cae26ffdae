package payload

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestToleranceTable(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	names := map[string]bool{}
	bit := Tolerance(1)
	for info := range Tolerances() {
		if info.Tolerance != bit {
			t.Errorf("%s: bit %#x, want %#x", info.Name, uint32(info.Tolerance), uint32(bit))
		}
		if !kebab.MatchString(info.Name) || names[info.Name] {
			t.Errorf("bad or second name %q", info.Name)
		}
		if !strings.HasSuffix(info.Summary, ".") || !strings.Contains(info.Source, "RFC") {
			t.Errorf("%s: summary %q, source %q", info.Name, info.Summary, info.Source)
		}
		if got, ok := info.Tolerance.Info(); !ok || got != info || info.Tolerance.String() != info.Name {
			t.Errorf("%s: Info %v %v, String %q", info.Name, got, ok, info.Tolerance)
		}
		names[info.Name] = true
		bit <<= 1
	}
	if bit != endOfTolerances {
		t.Errorf("the table ends at %#x, the bits at %#x", uint64(bit), uint64(endOfTolerances))
	}
}

func TestToleranceSet(t *testing.T) {
	d := NoQuotes | OtherCode | OtherDelimiter
	var bits []Tolerance
	for bit := range d.Each() {
		bits = append(bits, bit)
	}
	if diff := cmp.Diff([]Tolerance{OtherCode, OtherDelimiter, NoQuotes}, bits); diff != "" {
		t.Error(diff)
	}
	for bit := range d.Each() {
		if bit != OtherCode {
			t.Errorf("first bit %v", bit)
		}
		break
	}
	if d.String() != "other-code,other-delimiter,no-quotes" || Tolerance(0).String() != "" {
		t.Errorf("String %q", d)
	}
	if !d.HasAny(OtherDelimiter|BlankLine) || d.HasAny(BlankLine) {
		t.Error("Has")
	}
	if info, ok := endOfTolerances.Info(); ok {
		t.Errorf("Info of no bit: %v", info)
	}
	if info, ok := Tolerance(0).Info(); ok {
		t.Errorf("Info of 0: %v", info)
	}
}
