package lint

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/fidelity"
)

// A Group is a kind of rules.
type Group string

const (
	Framing Group = "framing" // where a reply begins and ends
	Bytes   Group = "bytes"   // which bytes it is made of
	Codes   Group = "codes"   // what its code is, and for which command

	InDialogue Group = "dialogue" // how many replies there are, and in which order
	InPayload  Group = "payload"  // what a program reads in the text
	Security   Group = "security" // what fools a reader, or tells too much
)

// A Rule says what may be wrong with a reply, and all there is to know about it.
type Rule struct {
	Name     string // kebab-case
	Group    Group
	Severity Severity
	Needs    fidelity.Set // the details that a recording must have kept; without them a finding proves nothing
	Summary  string       // one line
	Why      string       // what comes of it, and what to do
	RFC      string       // document and section
	Servers  []string     // that were seen to do it
	Bad      Example      // an exchange with the fault
	Good     Example      // the same without it

	// signs are the departures of a reply by which the rule is found; the other rules
	// are found by judge.
	signs []sign
}

// A sign is a departure from the grammar that makes a finding.
type sign struct {
	deviation ftpreply.Deviation
	message   string // %s is the reply's code
	note      string // what to say of the place
}

// An Example is an exchange: what each side sends, in order. An element begins with
// "S " for the server-PI or "C " for the user-PI; the bytes follow.
type Example []string

// Run passes the example to c, and does not close it.
func (e Example) Run(c *control.Conn) {
	for _, turn := range e {
		if side, b := turn[0], []byte(turn[2:]); side == 'S' {
			c.Server(b, time.Time{})
		} else {
			c.Client(b, time.Time{})
		}
	}
}

// rules is the table of all rules, group by group.
var rules = concat(framingRules, byteRules, codeRules, dialogueRules, payloadRules, securityRules)

func concat(groups ...[]*Rule) (all []*Rule) {
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// Rules iterates over all rules, group by group.
func Rules() iter.Seq[*Rule] {
	return func(yield func(*Rule) bool) {
		for _, r := range rules {
			if !yield(r) {
				return
			}
		}
	}
}

// RuleNamed returns the rule of that name, or nil.
func RuleNamed(name string) *Rule {
	for _, r := range rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Deviations are the departures by which the rule is found.
func (r *Rule) Deviations() (d ftpreply.Deviation) {
	for _, s := range r.signs {
		d |= s.deviation
	}
	return d
}

// A Client is a user-PI, or a library for one, that was run against a departure
// and did not cope.
type Client struct {
	Name, Version string
	Effect        string // what it does
	When          string // the condition, if it does not always do so

	of string // name of the departure, or of the rule
}

// measured is a table of what was measured: the name of a departure or of a rule,
// client, version, effect, condition, separated by tabs. A client that copes has
// no line. It is made in interop/clients.
//
//go:embed clients.tsv
var measured string

var clients = func() (all []Client) {
	for line := range strings.Lines(measured) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, Client{of: f[0], Name: f[1], Version: f[2], Effect: f[3], When: f[4]})
	}
	return all
}()

// Breaks lists the clients that were run against what the rule is about and did
// not cope. An empty list says that nothing was measured, or that all did.
func (r *Rule) Breaks() (list []Client) {
	for _, c := range clients {
		if c.of == r.Name || slices.ContainsFunc(r.signs, func(s sign) bool { return s.deviation.String() == c.of }) {
			list = append(list, c)
		}
	}
	return list
}
