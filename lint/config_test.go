package lint

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/control"
	"github.com/google/go-cmp/cmp"
)

func TestConfig(t *testing.T) {
	type grades map[string]string
	tests := []struct {
		name, file string
		want       grades // of some rules; "" is off
	}{
		{"nothing", `{}`, grades{"bare-lf": "info", "hidden-reply": "warning", "not-utf8": "info"}},
		{"a rule", `{"rules":{"bare-lf":"error"}}`, grades{"bare-lf": "error", "bare-cr": "info"}},
		{"off", `{"rules":{"bare-lf":"off"}}`, grades{"bare-lf": "", "bare-cr": "info"}},
		{"a group", `{"rules":{"bytes":"warning"}}`, grades{"bare-lf": "warning", "not-utf8": "warning", "unknown-code": "info"}},
		{"a rule before its group", `{"rules":{"bare-lf":"on","bytes":"off"}}`, grades{"bare-lf": "info", "bare-cr": ""}},
		{"a group before all", `{"rules":{"all":"off","framing":"on"}}`, grades{"bare-lf": "", "hidden-reply": "warning"}},
		{"strict", `{"strict":true}`, grades{"bare-lf": "error", "hidden-reply": "error", "not-utf8": "info", "over-limit": "warning"}},
		{"a grade before strict", `{"strict":true,"rules":{"bare-lf":"info","framing":"on"}}`, grades{"bare-lf": "info", "hidden-reply": "error"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Config
			if err := json.Unmarshal([]byte(tt.file), &c); err != nil {
				t.Fatal(err)
			}
			got := grades{}
			for rule := range tt.want {
				got[rule] = c.Severity(RuleNamed(rule)).String()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConfigErrors(t *testing.T) {
	for file, want := range map[string]string{
		`{"rules":{"bare-fl":"off"}}`: `"bare-fl" is no rule and no group of rules`,
		`{"rules":{"bare-lf":"bad"}}`: `the grade of bare-lf is "bad", not error, warning, info, on or off`,
		`{"rules":{"bare-lf":""}}`:    `the grade of bare-lf is ""`,
		`{"rule":{}}`:                 `unknown field "rule"`,
		`{"strict":"yes"}`:            `cannot unmarshal string`,
		`[]`:                          `cannot unmarshal array`,
	} {
		var c Config
		if err := json.Unmarshal([]byte(file), &c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}

// The later of two grades for one name is taken.
func TestConfigOrder(t *testing.T) {
	var c Config
	for _, grade := range []string{"off", "error", "on"} {
		if err := c.Grade("bare-lf", grade); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Severity(RuleNamed("bare-lf")); got != Info {
		t.Errorf("got %v", got)
	}
}

// No two things have one name, so a grade says what it is for.
func TestNamesOfGroupsAreNotRules(t *testing.T) {
	for r := range Rules() {
		if RuleNamed(string(r.Group)) != nil || r.Name == AllRules || r.Group == AllRules {
			t.Errorf("%s, %s", r.Name, r.Group)
		}
	}
}

func TestApply(t *testing.T) {
	var c Config
	for name, grade := range map[string]string{"bare-lf": "error", "control-byte": "off"} {
		if err := c.Grade(name, grade); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	conn := linted(func(d *Diagnostic) {
		if c.Apply(d) {
			got = append(got, d.Severity.String()+" "+d.Rule.Name)
		}
	})
	Example{"S 220 a\r\n220-x\n\x01\xe9\r\n220 y\r\n"}.Run(conn)
	conn.Close(control.RecordingEnds)
	if diff := cmp.Diff([]string{"error bare-lf", "info not-utf8"}, got); diff != "" {
		t.Error(diff)
	}
}
