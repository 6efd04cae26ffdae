package probe

import (
	"cmp"
	"crypto/tls"
	"errors"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// Security selects how the control connection is protected.
type Security uint8

const (
	NoTLS    Security = iota
	Explicit          // AUTH TLS after the greeting (RFC 4217)
	Implicit          // TLS from the first byte
)

// Config configures [Run]. Only Address is required.
type Config struct {
	Address  string      // host and port
	Security Security    // of the control connection; checks that need clear text ignore Explicit
	TLS      *tls.Config // nil verifies the server's certificate, unless Security is NoTLS
	User     string      // "" skips each check that needs a login
	Password string

	Write     bool     // include the checks that change files
	Directory string   // existing directory to write in; "" is the directory after the login
	Strict    bool     // fail a check also on a mere recommendation of an RFC
	Sections  []string // only checks in one of these sections, as in Check.InSection; nil is all
	Skip      []string // names of checks to leave out

	Limits  Limits        // of each session
	Timeout time.Duration // of the whole run; 0 is 5 minutes

	Recording *Recording           // of the control connections, or nil
	Secrets   control.SecretPolicy // how the Recording and findings show passwords
	Grading   lint.Config          // of the findings

	// Found, unless nil, is called with each finding. conn is the number of the connection,
	// from 1. The Conn and the Diagnostic are valid until Found returns.
	Found func(conn int, c *control.Conn, d *lint.Diagnostic)
	// Done, unless nil, is called with each result when its check has ended.
	Done func(*Result)

	network network // nil means TCP
}

const defaultTimeout = 5 * time.Minute

// Limits bound how long a [Session] waits and how much it accepts. A field of 0 selects its
// default.
type Limits struct {
	Reply    time.Duration // from a command to its final reply; 10 s
	Transfer time.Duration // from the opening of a data connection to its end; 20 s
	Linger   time.Duration // wait for unsolicited replies; 200 ms
	CleanUp  time.Duration // for the removal of the files that Run has made; 10 s
	Bytes    int64         // of one data connection, and of the replies to one command; 4 MiB
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Reply:    cmp.Or(l.Reply, 10*time.Second),
		Transfer: cmp.Or(l.Transfer, 20*time.Second),
		Linger:   cmp.Or(l.Linger, 200*time.Millisecond),
		CleanUp:  cmp.Or(l.CleanUp, 10*time.Second),
		Bytes:    cmp.Or(l.Bytes, 4<<20),
	}
}

// Further limits on the server.
const (
	maxReplies  = 100  // kept of one command
	maxTurns    = 40   // kept of one check
	maxFindings = 50   // different ones, kept of one check
	maxFeatures = 200  // read from one FEAT
	maxNames    = 200  // read from one NLST
	maxName     = 1000 // bytes of a path, of a name in NLST, and of a feature
	maxTries    = 3    // files tried to find one that can be read, and attempts to clean up
)

// Errors of a [Session].
var (
	ErrNoReply     = errors.New("no final reply in time")
	ErrClosed      = errors.New("the server has closed the control connection")
	ErrTooMuch     = errors.New("the replies exceed the limit of bytes")
	ErrForeignHost = errors.New("the data connection goes to or comes from a host other than the server")
	ErrNoHost      = errors.New("the address of the server is unknown, so no data connection is possible")
)

// A Planned is a check that [Run] would play, with the reason to skip it, or "".
type Planned struct {
	Check *Check
	Lacks string
}

// Plan returns the checks that [Run] would play, in order. Planned.Lacks is set for those
// that the Config rules out.
func (c *Config) Plan() (list []Planned) {
	for i := range checks {
		check := &checks[i]
		if c.selects(check) {
			list = append(list, Planned{check, c.lacks(check)})
		}
	}
	return list
}

func (c *Config) selects(check *Check) bool {
	return !slices.Contains(c.Skip, check.Name) &&
		(len(c.Sections) == 0 || slices.ContainsFunc(c.Sections, check.InSection))
}

func (c *Config) lacks(check *Check) string {
	switch n := check.needs; {
	case n&needLogin != 0 && c.User == "":
		return "no user to log in"
	case n&needWrite != 0 && !c.Write:
		return "it changes files, and writing is not allowed"
	case n&needTLS != 0 && c.Security == NoTLS:
		return "it needs TLS"
	case n&needClear != 0 && c.Security == Implicit:
		return "TLS is implicit"
	default:
		return ""
	}
}
