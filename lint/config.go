package lint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// AllRules stands for every rule where a [Config] takes the name of one.
const AllRules = "all"

// Grades that are no Severity.
const (
	gradeOn  = "on"  // the severity of the rule
	gradeOff = "off" // none: the rule finds nothing
)

// A Config grades the rules anew. The zero Config leaves each as it is.
//
// The name of a rule goes before that of its group, and that before [AllRules];
// of two grades for one name the later is taken.
type Config struct {
	// Strict lets only the RFCs' word count: what departs from it is an error, also
	// where real servers do so and readers survive. What is legal, and what is about
	// security, keeps its severity.
	Strict bool

	grades map[string]string // by name of a rule, of a group, or AllRules
}

// Grade sets what a rule, the rules of a group, or [AllRules] are graded as: "error",
// "warning", "info", "off", or "on" for the severity that each has.
func (c *Config) Grade(name, grade string) error {
	if !isName(name) {
		return fmt.Errorf("%q is no rule and no group of rules", name)
	}
	if grade != gradeOn && grade != gradeOff && severityNamed(grade) == 0 {
		return fmt.Errorf("the grade of %s is %q, not error, warning, info, on or off", name, grade)
	}
	if c.grades == nil {
		c.grades = map[string]string{}
	}
	c.grades[name] = grade
	return nil
}

// isName reports whether a grade can be given to what has this name.
func isName(name string) bool {
	return name == AllRules || slices.ContainsFunc(rules, func(r *Rule) bool {
		return r.Name == name || string(r.Group) == name
	})
}

// severityNamed is the severity of that name, or 0.
func severityNamed(name string) Severity {
	for s := Info; s <= Error; s++ {
		if s.String() == name {
			return s
		}
	}
	return 0
}

// Severity is the grade of a rule; 0 says that it is off.
func (c *Config) Severity(r *Rule) Severity {
	for _, name := range [...]string{r.Name, string(r.Group), AllRules} {
		switch grade := c.grades[name]; grade {
		case "":
		case gradeOn:
			return c.own(r)
		default:
			return severityNamed(grade)
		}
	}
	return c.own(r)
}

// own is the severity that a rule has when no grade is given for it.
func (c *Config) own(r *Rule) Severity {
	if c.Strict && r.isDeparture() {
		return Error
	}
	return r.Severity
}

// isDeparture reports whether what the rule finds is against the word of an RFC.
func (r *Rule) isDeparture() bool {
	return r.Group != Security && !strings.HasPrefix(r.RFC, "legal")
}

// Apply grades a finding, and reports whether its rule is on.
func (c *Config) Apply(d *Diagnostic) bool {
	d.Severity = c.Severity(d.Rule)
	return d.Severity != 0
}

// UnmarshalJSON adds what a configuration file says, which is an object such as
//
//	{"strict": true, "rules": {"bytes": "off", "bare-lf": "on", "stray-line": "error"}}
//
// Both keys may be left out. A key that is unknown is an error, and so is a rule.
func (c *Config) UnmarshalJSON(text []byte) error {
	var file struct {
		Strict bool              `json:"strict"`
		Rules  map[string]string `json:"rules"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return err
	}
	c.Strict = c.Strict || file.Strict
	for _, name := range slices.Sorted(maps.Keys(file.Rules)) {
		if err := c.Grade(name, file.Rules[name]); err != nil {
			return err
		}
	}
	return nil
}
