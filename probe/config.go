package probe

import (
	"cmp"
	"crypto/tls"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// A Security says how the control connection is protected.
type Security uint8

const (
	NoTLS    Security = iota
	Explicit          // AUTH TLS behind the greeting (RFC 4217)
	Implicit          // TLS from the first byte
)

// Config says which server is probed, and how.
type Config struct {
	Address   string // host and port
	Security  Security
	TLS       *tls.Config
	User      string // "" makes a run without the checks that need a login
	Password  string
	Write     bool     // play the checks that change files too
	Strict    bool     // what an RFC recommends counts, and what few servers do
	Sections  []string // only checks of these, as Check.InSection takes them; none: all
	Limits    Limits
	Timeout   time.Duration // of the whole run; 0 means 5 minutes
	Recording *Recording
	Secrets   control.SecretPolicy
	Grading   lint.Config // of the findings

	// Found, unless nil, is called with every finding. The Conn and the Diagnostic are lent.
	Found func(conn int, c *control.Conn, d *lint.Diagnostic)
	// Done, unless nil, is called with every result when its check has ended.
	Done func(*Result)
}

const defaultTimeout = 5 * time.Minute

// Plan yields the checks that a run would play, with the reason not to play for those that
// the Config leaves no way for.
func (c *Config) Plan() (list []Planned) {
	for check := range Checks() {
		if c.selects(check) {
			list = append(list, Planned{check, c.lacks(check)})
		}
	}
	return list
}

func (c *Config) selects(check *Check) bool {
	return len(c.Sections) == 0 || slices.ContainsFunc(c.Sections, check.InSection)
}

// A Planned is a check, and why it cannot be played, or "".
type Planned struct {
	Check *Check
	Lacks string
}

func (c *Config) lacks(check *Check) string {
	switch n := check.Needs; {
	case n&Login != 0 && c.User == "":
		return "there is no user to log in as"
	case n&Write != 0 && !c.Write:
		return "it changes files, and writing is not allowed"
	case n&TLS != 0 && c.Security == NoTLS:
		return "it needs TLS"
	case n&Clear != 0 && c.Security == Implicit:
		return "TLS is implicit"
	default:
		return ""
	}
}

// Lines are the command lines of the check as a run would send them; what only the run
// can know stands in braces.
func (c *Check) Lines() (lines []string) {
	for _, step := range c.Steps {
		if step.Opener != "" {
			lines = append(lines, cmp.Or(strings.TrimPrefix(step.Opener, anyOpener), "EPSV"))
		}
		if step.Restart != "" {
			lines = append(lines, "REST "+step.Restart)
		}
		for line := range strings.SplitSeq(step.Line, "\r\n") {
			lines = append(lines, names{}.expand(line))
		}
		if step.During != "" {
			lines = append(lines, step.During)
		}
	}
	return lines
}

// names are what stands for the words in braces.
type names map[string]string

// unknownVerb is a command that no server has.
const unknownVerb = "XFTPREPLY"

// known are the words that are the same in every run.
var known = names{
	"missing": "ftpreply-no-such-file",
	"unknown": unknownVerb,
	"8bit":    "\xe4\xf6\xfc",
	"long":    strings.Repeat("x", 5000),
}

// expand puts what the words in braces stand for in their places. What is not known
// stays as it is.
func (n names) expand(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		word, behind, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			b.WriteString(text)
			return b.String()
		}
		value, have := n[word]
		if !have {
			value, have = known[word]
		}
		if !have {
			value = "{" + word + "}"
		}
		b.WriteString(before + value)
		text = behind
	}
}
