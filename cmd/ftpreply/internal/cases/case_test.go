package cases

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
)

// TestCases checks that each case is complete and has a name of its own.
func TestCases(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(/[A-Za-z0-9+-]+)+$`)
	seen := map[string]bool{}
	groups := map[string]int{}
	for _, c := range All() {
		if !name.MatchString(c.Name) || seen[c.Name] {
			t.Errorf("%q is no possible name, or is there twice", c.Name)
		}
		seen[c.Name] = true
		groups[c.Group()]++
		if c.RFC == "" || c.Summary == "" || c.Severity == "" {
			t.Errorf("%s is not complete", c.Name)
		}
		if len(c.Script.Changes) == 0 && c.Script.TLSFault == 0 {
			t.Errorf("%s changes nothing", c.Name)
		}
	}
	for _, group := range []string{"framing", "payload", "dialogue", "tls", "timing", "limits", "attack"} {
		if groups[group] == 0 {
			t.Errorf("no case in group %s", group)
		}
	}
}

func TestSelect(t *testing.T) {
	for _, test := range []struct {
		patterns, sections string
		want               func(*Case) bool
	}{
		{"", "", func(*Case) bool { return true }},
		{"tls", "", func(c *Case) bool { return c.Group() == "tls" }},
		{"framing/hidden*/pwd", "", func(c *Case) bool {
			return strings.HasPrefix(c.Name, "framing/hidden") && strings.HasSuffix(c.Name, "/pwd")
		}},
		{"framing/hidden*", "", func(c *Case) bool { return strings.HasPrefix(c.Name, "framing/hidden") }},
		{"payload", "RFC 2428", func(c *Case) bool { return strings.HasPrefix(c.Name, "payload/epsv") }},
		{"nothing", "", func(*Case) bool { return false }},
	} {
		chosen, err := Select(All(), strings.Fields(test.patterns), nonEmpty(test.sections))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range All() {
			if test.want(c) {
				n++
			}
		}
		if len(chosen) != n {
			t.Errorf("%q, %q: %d cases, want %d", test.patterns, test.sections, len(chosen), n)
		}
	}
	if _, err := Select(All(), []string{"["}, nil); err == nil {
		t.Error("a malformed pattern matches")
	}
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// TestFramingPlaces checks that a vector has the code and the text of its place.
func TestFramingPlaces(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"framing/single/greeting", "220 ready\r\n"},
		{"framing/single/login", "230 ready\r\n"},
		{"framing/single/pwd", "257 \"/\" ready\r\n"},
		{"framing/split1/pwd", "257-\"/\" a\r\n257 \"/\" b\r\n"},
		{"framing/multi-othercode/transfer-end", "226-hi\r\n230 ok\r\n226 end\r\n"},
	} {
		chosen, err := Select(All(), []string{test.name}, nil)
		if err != nil || len(chosen) != 1 {
			t.Fatalf("%s: %d cases, %v", test.name, len(chosen), err)
		}
		got := ""
		for _, p := range chosen[0].Script.Changes[0].Send {
			got += p.Text
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if chosen[0].Want != Succeed {
			t.Errorf("%s: a client %v", test.name, chosen[0].Want)
		}
	}
}

// TestCodeOfPlaceInVector checks that a vector is left out where an inner line has the code of the
// place: the reply would end there.
func TestCodeOfPlaceInVector(t *testing.T) {
	for name, want := range map[string]int{"framing/multi-othercode/login": 0, "framing/multi-othercode/pwd": 1} {
		if chosen, err := Select(All(), []string{name}, nil); err != nil || len(chosen) != want {
			t.Errorf("%s: %d cases, %v, want %d", name, len(chosen), err, want)
		}
	}
}

// record returns a record of a session with a departure after the first command.
func record(change func(*ftpserver.Record)) *ftpserver.Record {
	r := &ftpserver.Record{Departed: true, Stored: map[string][]byte{}}
	if change != nil {
		change(r)
	}
	return r
}

func TestJudge(t *testing.T) {
	clean := Observation{Records: []*ftpserver.Record{{}}, Output: []byte(ftpserver.Readme), Memory: 10 << 20}
	good := func() *Observation {
		return &Observation{Records: []*ftpserver.Record{record(nil)}, Output: []byte(ftpserver.Readme), Memory: 11 << 20}
	}
	early := func(r *ftpserver.Record) { r.Early = true }
	for _, test := range []struct {
		name   string
		c      Case
		change func(*Observation)
		strict bool
		want   Grade
		failed bool
	}{
		{name: "success", change: func(*Observation) {}, want: Correct},
		{name: "not reached", change: func(o *Observation) { o.Records[0].Departed = false }, want: NotReached},
		{name: "needless refusal", change: func(o *Observation) { o.Status = 1 }, want: SafeRefusal, failed: true},
		{name: "allowed refusal", c: Case{Want: Either}, change: func(o *Observation) { o.Status = 1 }, want: SafeRefusal},
		{name: "allowed refusal, strict", c: Case{Want: Either}, change: func(o *Observation) { o.Status = 1 }, strict: true, want: SafeRefusal, failed: true},
		{name: "success that must not be", c: Case{Want: Refuse}, change: func(*Observation) {}, want: WrongData, failed: true},
		{name: "lost content", change: func(o *Observation) { o.Output = nil }, want: WrongData, failed: true},
		{name: "content in a file", change: func(o *Observation) {
			o.Output, o.Files = nil, map[string][]byte{"x": []byte(strings.ReplaceAll(ftpserver.Readme, "\n", "\r\n"))}
		}, want: Correct},
		{name: "early", change: func(o *Observation) { early(o.Records[0]) }, want: Desynchronize, failed: true},
		{name: "waits", change: func(o *Observation) { o.TimedOut, o.Signal = true, "killed" }, want: Waits, failed: true},
		{name: "waits for a silent server", c: Case{Silent: true}, change: func(o *Observation) { o.TimedOut = true }, want: Waits},
		{name: "waits for a silent server, strict", c: Case{Silent: true}, change: func(o *Observation) { o.TimedOut = true }, strict: true, want: Waits, failed: true},
		{name: "crash", change: func(o *Observation) { o.Signal = "segmentation fault" }, want: Crash, failed: true},
		{name: "bounce", change: func(o *Observation) { o.Records[0].Sunk = 1 }, want: Connects, failed: true},
		{name: "password", c: Case{Secret: true}, change: func(o *Observation) { o.Records[0].Plain = true }, want: Secret, failed: true},
		{name: "memory", c: Case{Memory: true}, change: func(o *Observation) { o.Memory = 200 << 20 }, want: Unbounded, failed: true},
		{name: "memory of another case", change: func(o *Observation) { o.Memory = 200 << 20 }, want: Correct},
		{name: "file outside", change: func(o *Observation) { o.Outside = []string{"../x"} }, want: WrongData, failed: true},
		{name: "goes on", c: Case{Partial: true}, change: func(o *Observation) {
			o.Records[0].Commands = []ftpserver.Command{{Verb: "USER"}}
		}, want: Desynchronize, failed: true},
		{name: "quits", c: Case{Partial: true, Want: Either}, change: func(o *Observation) {
			o.Records[0].Commands, o.Status = []ftpserver.Command{{Verb: "QUIT"}}, 1
		}, want: SafeRefusal},
		{name: "control character", change: func(o *Observation) {
			o.Records[0].Commands = []ftpserver.Command{{Verb: "CWD", Arg: "/\rDELE x"}}
		}, want: WrongData, failed: true},
	} {
		o := good()
		test.change(o)
		if got := Judge(&test.c, &clean, o, test.strict); got.Grade != test.want || got.Failed != test.failed || got.Detail == "" {
			t.Errorf("%s: %+v, want %s, failed %v", test.name, got, test.want, test.failed)
		}
	}
	pipelining := clean
	pipelining.Records = []*ftpserver.Record{{Pipelined: true}}
	o := good()
	early(o.Records[0])
	if got := Judge(&Case{}, &pipelining, o, false); got.Grade != Correct {
		t.Errorf("a client that pipelines: %+v", got)
	}
}
