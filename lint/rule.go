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
	Framing Group = "framing" // the beginning and the end of a reply
	Bytes   Group = "bytes"   // the bytes that a reply contains
	Codes   Group = "codes"   // the code of a reply, and whether its command can get it

	InDialogue Group = "dialogue" // the number of replies and their order
	InPayload  Group = "payload"  // the text that programs read
	Security   Group = "security" // replies that deceive a client or reveal a secret
)

// A Rule describes one kind of finding. Rules are read-only.
type Rule struct {
	Name     string // kebab-case
	Group    Group
	Severity Severity
	Needs    fidelity.Set // the details that a recording must have kept; without them a finding proves nothing
	Summary  string       // one line
	Why      string       // the consequence, and the way to fix it
	RFC      string       // document and section
	Servers  []string     // servers that were seen to break the rule
	Bad      Example      // an exchange with the fault
	Good     Example      // the same without it

	// signs are the deviations by which the rule is found. A rule without signs has a judge
	// in the file of its group.
	signs []sign
}

// A sign is a deviation that makes a finding.
type sign struct {
	deviation ftpreply.Deviation
	message   string // %s is the reply's code
	note      string // about the place
}

// An Example is an exchange: the bytes that each side sends, in order. An element begins with
// "S " for the server or "C " for the client; the bytes follow.
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
var rules = slices.Concat(framingRules, byteRules, codeRules, dialogueRules, payloadRules, securityRules)

// Rules yields all rules, group by group.
func Rules() iter.Seq[*Rule] {
	return func(yield func(*Rule) bool) {
		for _, r := range rules {
			if !yield(r) {
				return
			}
		}
	}
}

// RuleNamed returns the rule with that name; nil if it does not exist.
func RuleNamed(name string) *Rule {
	for _, r := range rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Deviations returns the deviations by which the rule is found; 0 if it has a judge.
func (r *Rule) Deviations() (d ftpreply.Deviation) {
	for _, s := range r.signs {
		d |= s.deviation
	}
	return d
}

// A Client is a client program or library that failed on a deviation when measured.
type Client struct {
	Name, Version string
	Effect        string // of the deviation on the client
	When          string // the condition; empty if the client always fails

	of string // name of the deviation or of the rule
}

// measured is the table of the measurements that interop/clients makes. Each line has the
// name of a deviation or of a rule, client, version, effect and condition, separated by tabs.
// A client that passes has no line.
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

// Breaks returns the clients that failed on the rule's deviations when measured. An empty
// list means that none were measured, or that all passed.
func (r *Rule) Breaks() (list []Client) {
	for _, c := range clients {
		if c.of == r.Name || slices.ContainsFunc(r.signs, func(s sign) bool { return s.deviation.String() == c.of }) {
			list = append(list, c)
		}
	}
	return list
}
