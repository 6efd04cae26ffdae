package lint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// AllRules means every rule where a [Config] takes the name of a rule.
const AllRules = "all"

// Grades that are not a Severity.
const (
	gradeOn  = "on"  // the severity of the rule
	gradeOff = "off" // the rule finds nothing
)

// A Config changes the severities of rules. The zero Config changes nothing.
//
// The grade of a rule's name has precedence over that of its group, and that over
// [AllRules]. A later grade for the same name replaces an earlier one.
type Config struct {
	// Strict raises every RFC violation to Error, including those that clients tolerate.
	// Rules about legal input and about security keep their severity.
	Strict bool

	grades map[string]string // by name of a rule, of a group, or AllRules
}

// Grade sets the grade of a rule, of the rules of a group, or of [AllRules]: "error",
// "warning", "info", "off", or "on" for the rule's own severity.
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

// isName reports whether name is a rule, a group or AllRules.
func isName(name string) bool {
	return name == AllRules || slices.ContainsFunc(rules, func(r *Rule) bool {
		return r.Name == name || string(r.Group) == name
	})
}

// severityNamed returns the severity of that name, or 0.
func severityNamed(name string) Severity {
	for s := Info; s <= Error; s++ {
		if s.String() == name {
			return s
		}
	}
	return 0
}

// Severity returns the grade of a rule; 0 if it is off.
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

// own returns the severity of a rule without a grade.
func (c *Config) own(r *Rule) Severity {
	legal := strings.HasPrefix(r.RFC, "legal")
	if c.Strict && r.Group != Security && !legal {
		return Error
	}
	return r.Severity
}

// Apply grades a finding, and reports whether its rule is on.
func (c *Config) Apply(d *Diagnostic) bool {
	if s := c.Severity(d.Rule); s != d.Rule.Severity {
		d.Severity = s
	}
	return d.Severity != 0
}

// UnmarshalJSON adds the grades of a configuration file, an object such as
//
//	{"strict": true, "rules": {"bytes": "off", "bare-lf": "on", "stray-line": "error"}}
//
// Both keys are optional. An unknown key or rule is an error.
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
