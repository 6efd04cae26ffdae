// Package cases has the tests that ftpreply serve runs on clients, and judges the result. A
// case is data: a session in which one reply departs from the RFCs, or is unusual.
package cases

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
)

// A Want is the result that the RFCs ask of a client.
type Want uint8

// The results.
const (
	Succeed Want = iota // the session must succeed: the reply has one reading, or an RFC allows it
	Either              // the client may succeed or report an error
	Refuse              // the client must report an error
)

// String returns a phrase that describes the behaviour.
func (w Want) String() string {
	return [...]string{"must succeed", "may succeed or report an error", "must report an error"}[w]
}

// A Severity says how bad a failure is.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the client acts on something that the server did not say
	Warning Severity = "warning" // the client fails or waits where it need not
)

// A Case is one test.
type Case struct {
	Name     string // group/name/place
	RFC      string // section of the rule
	Summary  string // the behaviour of the server
	Want     Want
	Never    string // the danger, in words; empty if the only danger is a wrong result
	Report   string // CVE or public report; may be empty
	Severity Severity

	Script  ftpserver.Script
	Silent  bool // the server stops answering, so that a client without a deadline waits
	Partial bool // the reply is incomplete, so that no command may follow
	Secret  bool // TLS is refused or lost: a password in plaintext is a failure
	Memory  bool // the server sends more than a client should keep
}

// Group returns the first part of the name.
func (c *Case) Group() string {
	group, _, _ := strings.Cut(c.Name, "/")
	return group
}

// All returns the cases in the order of their names within each group. The caller owns the
// result.
func All() []*Case {
	var all []*Case
	for _, group := range [][]*Case{framing(), payloads(), dialogue(), tlsCases(), timing(), limits(), attacks()} {
		slices.SortStableFunc(group, func(a, b *Case) int { return cmp.Compare(a.Name, b.Name) })
		all = append(all, group...)
	}
	return all
}

// Select returns the cases whose name matches one of the patterns, and whose RFC contains one of
// the sections. A pattern follows path.Match and is compared with the beginning of the name, part by
// part; one without a slash also with each part alone. No pattern and no section match all.
func Select(all []*Case, patterns, sections []string) ([]*Case, error) {
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("pattern %q: %w", p, err)
		}
	}
	var chosen []*Case
	for _, c := range all {
		matches := func(p string) bool {
			parts := strings.Split(c.Name, "/")
			begin := parts[:min(len(parts), strings.Count(p, "/")+1)]
			if ok, _ := path.Match(p, strings.Join(begin, "/")); ok {
				return true
			}
			return slices.ContainsFunc(parts, func(part string) bool {
				ok, _ := path.Match(p, part)
				return ok
			})
		}
		inSection := func(s string) bool { return strings.Contains(c.RFC, strings.TrimPrefix(s, "RFC ")) }
		if (len(patterns) == 0 || slices.ContainsFunc(patterns, matches)) && (len(sections) == 0 || slices.ContainsFunc(sections, inSection)) {
			chosen = append(chosen, c)
		}
	}
	return chosen, nil
}

// change returns a script with one change of the first reply to a command.
func change(at string, parts ...ftpserver.Part) ftpserver.Script {
	return ftpserver.Script{Changes: []ftpserver.Change{{At: at, Send: parts}}}
}

// text is a part without pauses.
func text(s string) ftpserver.Part { return ftpserver.Part{Text: s} }
