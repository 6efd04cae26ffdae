package probe

import (
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	n := names{"a": "1", "b": "{a}"}
	tests := [][2]string{
		{"", ""}, {"x", "x"}, {"{a}", "1"}, {"x{a}y{b}z", "x1y{a}z"}, {"{nothing} {a}", "{nothing} 1"}, {"{a", "{a"}, {"a}", "a}"},
	}
	for _, tt := range tests {
		if got := n.expand(tt[0]); got != tt[1] {
			t.Errorf("%q: %q, want %q", tt[0], got, tt[1])
		}
	}
}

func TestInSection(t *testing.T) {
	c := Check{Section: "RFC 959 4.1.1"}
	tests := []struct {
		section string
		want    bool
	}{
		{"", true}, {"RFC 959", true}, {"959", true}, {"rfc 959 section 4", true}, {"959/4.1", true}, {"RFC 959, 4.1.1", true},
		{"RFC 9", false}, {"959 4.1.1.1", false}, {"959 4.1.10", false}, {"959 5", false}, {"2389", false}, {"959 4.1.1 x", false},
	}
	for _, tt := range tests {
		if got := c.InSection(tt.section); got != tt.want {
			t.Errorf("%q: %v", tt.section, got)
		}
	}
}

func TestCheckNamed(t *testing.T) {
	for c := range Checks() {
		if CheckNamed(c.Name) != c {
			t.Errorf("%s is not found", c.Name)
		}
	}
	if c := CheckNamed("no-such-check"); c != nil {
		t.Error(c.Name)
	}
	for range Checks() {
		break // an early end must not panic
	}
}

func TestLines(t *testing.T) {
	c := CheckNamed("rest")
	if got := strings.Join(c.Lines(), "|"); got != "EPSV|REST 2|RETR {file}" {
		t.Error(got)
	}
}

func TestRefusalWanted(t *testing.T) {
	tests := []struct {
		name string
		step step
		want bool
	}{
		{"refuse", refuse("CWD x", 550), true},
		{"should refuse", shouldRefuse("CWD", 501), true},
		{"either", ask("CWD x", 250, 550), false},
		{"class", ask("CWD x", 2, 5), false},
		{"any", ask("CWD x"), false},
	}
	for _, tt := range tests {
		if got := tt.step.refusalWanted(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
