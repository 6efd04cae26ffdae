package dialogue

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpreply/ftpreply"
)

// readTSV returns the rows of a table in testdata, without the header.
func readTSV(t *testing.T, file string) [][]string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(b)) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return rows[1:]
}

// codeOf reads a code or a class such as 4yz; for a class it returns one of its
// codes that no list has.
func codeOf(t *testing.T, s string) ftpreply.Code {
	t.Helper()
	n, err := strconv.Atoi(strings.Replace(s, "yz", "98", 1))
	if err != nil {
		t.Fatal(err)
	}
	return ftpreply.Code(n)
}

// entryOf finds the entry that a command of the test data means. Its names for
// variants of a command are notes, except for EPSV ALL and AUTH TLS.
func entryOf(name string) Command {
	switch name {
	case "(connect)", "CONNECT":
		return Command{entry: greeting}
	case "*", "(any command later in the dialogue)":
		return Command{}
	}
	return parse(name)
}

var stagesOfDocuments = map[string]Stage{
	"first":     First,
	"after-1yz": AfterPreliminary,
}

// Every line of the documents has the standing that they give it.
func TestDocuments(t *testing.T) {
	want := map[string]Standing{
		"rfc":               Allowed,
		"rfc-alias":         Allowed,
		"rfc-by-analogy":    Allowed,
		"rfc-corrected":     Allowed,
		"rfc-general":       Allowed,
		"rfc-informational": Allowed,
		"rfc-inconsistent":  Allowed,
		"rfc-example":       InTheWild,
		"rfc-obsolete":      InTheWild,
		"rfc-forbidden":     Wrong,
		"draft":             Allowed,
		"de-facto":          InTheWild,
	}
	// Decisions of the table that depend on several lines.
	except := map[string]Standing{
		"CDUP 250":       InTheWild, // section 5.4 has precedence over 4.1.1
		"XCUP 250":       InTheWild,
		"QUIT 502":       Wrong, // every server has QUIT
		"* 4yz":          Allowed,
		"* 5yz":          Allowed,
		"AUTH TLS 421":   Allowed,
		"MLSD 535 first": Wrong,     // RFC 2228, section 6: after the 1yz
		"AUTH TLS 334":   InTheWild, // ruled out, but clients accept it
	}
	seen := map[string]Standing{}
	for _, row := range readTSV(t, "documents.tsv") {
		name, standing := row[0], want[row[4]]
		c := entryOf(name)
		stage, ok := stagesOfDocuments[row[2]]
		if !ok || strings.HasPrefix(row[3], "RFC 1123 s4.1.3.4") {
			continue // TestSingleRulings has these
		}
		got := c.Judge(stage, codeOf(t, row[1]))
		key := name + " " + row[1]
		switch better, ok := seen[key+row[2]]; {
		case hasKey(except, key):
			standing = except[key]
		case hasKey(except, key+" "+row[2]):
			standing = except[key+" "+row[2]]
		case ok && better > standing:
			standing = better
		case row[4] == "de-facto" && got.Standing == Allowed, row[4] == "rfc-obsolete" && got.Standing == Allowed,
			row[4] == "rfc-example" && got.Standing == Allowed:
			standing = Allowed // another document, or no RFC has the command
		}
		seen[key+row[2]] = standing
		if got.Standing != standing {
			t.Errorf("%s %s %s (%s, %s): standing %v, want %v", name, row[1], row[2], row[3], row[4], got.Standing, standing)
		}
		if name != "*" && !got.Listed() && got.Standing != Wrong {
			t.Errorf("%s %s: allowed, but in no list", name, row[1])
		}
	}
	if len(seen) < 500 {
		t.Errorf("only %d lines read", len(seen))
	}
}

func hasKey(m map[string]Standing, k string) bool { _, ok := m[k]; return ok }

// Every pair that was measured is known, and with the servers that sent it.
func TestServers(t *testing.T) {
	const every = "all thirteen measured"
	n := 0
	for _, row := range readTSV(t, "servers.tsv") {
		n++
		c := entryOf(row[0])
		if row[0] == "EPSV" && row[1] == "220" {
			c = parse("EPSV ALL")
		}
		stage := First
		if row[1] == "554" && row[0] == "RETR" {
			stage = AfterRestart
		}
		r := c.Judge(stage, codeOf(t, row[1]))
		switch {
		case row[1] == "202" && !slices.Contains(strings.Split(r.Servers(), ", "), row[2]):
			t.Errorf("%s 202: %s is not among %q", row[0], row[2], r.Servers())
		case row[1] != "202" && r.Standing < InTheWild:
			t.Errorf("%s %s: %v, but sent by %s", row[0], row[1], r.Standing, row[2])
		case r.Standing == InTheWild && r.Servers() != every:
			for server := range strings.SplitSeq(row[2], ", ") {
				if !slices.Contains(strings.Split(r.Servers(), ", "), server) {
					t.Errorf("%s %s: %s is not among %q", row[0], row[1], server, r.Servers())
				}
			}
		}
	}
	if n < 137 {
		t.Errorf("only %d pairs read", n)
	}
}

// Reports from outside the measurement: each pair has the standing and the servers of its row.
func TestPairs(t *testing.T) {
	standings := map[string]Standing{"allowed": Allowed, "wild": InTheWild, "wrong": Wrong}
	stages := map[string]Stage{"first": First, "after": AfterPreliminary, "after-restart": AfterRestart}
	for _, row := range readTSV(t, "pairs.tsv") {
		r := parse(row[0]).Judge(stages[row[2]], codeOf(t, row[1]))
		if r.Standing != standings[row[3]] {
			t.Errorf("%s %s %s: %v, want %s", row[0], row[1], row[2], r.Standing, row[3])
		}
		for server := range strings.SplitSeq(row[4], ", ") {
			if server != "-" && !slices.Contains(strings.Split(r.Servers(), ", "), server) {
				t.Errorf("%s %s: %s is not among %q", row[0], row[1], server, r.Servers())
			}
		}
	}
}

// No command claims servers for a code that was seen as the reply to another command.
func TestServersAreNotInherited(t *testing.T) {
	for i := range table {
		e := &table[i]
		own := map[string]bool{"": true}
		for _, lists := range [][]listing{e.forbidden, e.allowed, e.wild} {
			for _, l := range lists {
				own[l.servers] = true
			}
		}
		for _, k := range e.known {
			if !own[k.servers] {
				t.Errorf("%s %d: the servers %q are inherited", e.name, k.code, k.servers)
			}
		}
	}
}

// The table is in order: nothing without a source or a server, no code twice in
// a place, every parent there.
func TestTableIsSound(t *testing.T) {
	for i := range table {
		c := &table[i]
		if c.name == "" || (c.parent == nil) != (c.like == "nothing") {
			t.Errorf("entry %d %q: name or parent missing", i, c.name)
		}
		if len(c.name) > 8 {
			t.Errorf("%s: too long for pack", c.name)
		}
		type key struct {
			code     ftpreply.Code
			stage    Stage
			argument argument
		}
		seen := map[key]bool{}
		for _, standing := range []Standing{Wrong, Allowed, InTheWild} {
			for _, l := range c.lists(standing) {
				if len(l.codes) == 0 || l.source == "" && l.servers == "" {
					t.Errorf("%s: listing %v has no codes or nothing after it", c.name, l.codes)
				}
				if standing != InTheWild && l.source == "" {
					t.Errorf("%s: listing %v has no source", c.name, l.codes)
				}
				for _, code := range l.codes {
					k := key{code, l.stage, l.argument}
					if seen[k] {
						t.Errorf("%s: %v twice", c.name, k)
					}
					seen[k] = true
				}
			}
		}
	}
}

func TestExpect(t *testing.T) {
	tests := map[string][]Expectation{
		"": {
			{120, First, Allowed, "RFC 959, section 5.4", ""},
			{220, First, Allowed, "RFC 959, section 5.4", ""},
			{421, First, Allowed, "RFC 959, section 5.4", ""},
			{220, AfterPreliminary, Allowed, "RFC 959, section 5.4", ""},
			{421, AfterPreliminary, Allowed, "RFC 959, section 5.4", ""},
			{500, First, InTheWild, "", "ftpserverlib, ProFTPD"},
			{530, First, InTheWild, "", "ftpd-ssl, inetutils ftpd"},
			{200, First, InTheWild, "", "fake_ftp, Conpot"},
		},
	}
	for name, want := range tests {
		if diff := cmp.Diff(want, slices.Collect(Expect(name))); diff != "" {
			t.Errorf("Expect(%q) (-want +got)\n%s", name, diff)
		}
	}
}

// Expect yields each code once a stage, and never contradicts judge.
func TestExpectAgreesWithTheTable(t *testing.T) {
	for verb := range Verbs() {
		type key struct {
			code  ftpreply.Code
			stage Stage
		}
		seen := map[key]bool{}
		for e := range Expect(strings.ToLower(verb)) {
			if k := (key{e.Code, e.Stage}); seen[k] {
				t.Errorf("%s: %v twice", verb, k)
			} else {
				seen[k] = true
			}
			c := parse(verb)
			code := e.Code
			if code == any4yz {
				code = 498
			}
			if r := c.Judge(e.Stage, code); r.Standing != e.Standing || r.Source() != e.Source {
				t.Errorf("%s %v: %v, but the table has %v", verb, e, e.Standing, r.Standing)
			}
		}
		if !seen[key{421, First}] && !seen[key{any4yz, First}] {
			t.Errorf("%s: 421 may answer any command", verb)
		}
	}
}

func TestExpectStops(t *testing.T) {
	for range Expect("RETR") {
		break
	}
	for range Verbs() {
		break
	}
}

func TestCompletes(t *testing.T) {
	tests := []struct {
		command      string
		code         ftpreply.Code
		table, digit bool
	}{
		{"RETR", 226, true, true},
		{"RETR", 250, true, true},
		{"RETR", 200, false, true},
		{"STOR", 200, true, true},
		{"retr", 226, true, true},
		{"RETR", 150, false, false},
		{"RETR", 451, false, false},
		{"CDUP", 200, true, true},
		{"CDUP", 250, true, true},
		{"CWD", 257, true, true},
		{"CWD", 212, false, true},
		{"XPWD", 257, true, true},
		{"RNFR", 350, false, false},
		{"RNFR", 250, false, false},
		{"REST", 200, false, false},
		{"USER", 331, false, false},
		{"USER", 230, true, true},
		{"USER", 232, true, true},
		{"EPSV", 229, true, true},
		{"EPSV", 200, true, true},
		{"EPSV", 202, false, true},
		{"AUTH TLS", 202, false, true},
		{"AUTH TLS", 200, true, true},
		{"AUTH TLS", 234, true, true},
		{"AUTH TLS", 334, false, false},
		{"PROT P", 202, false, true},
		{"PBSZ 0", 202, false, true},
		{"PASV", 202, false, true},
		{"SIZE f", 202, false, true},
		{"MDTM f", 202, false, true},
		{"MKD d", 202, false, true},
		{"TYPE I", 202, false, true},
		{"CCC", 202, false, true},
		{"HOST h", 202, false, true},
		{"STOU", 202, false, true},
		{"ALLO 5", 202, true, true},
		{"ACCT a", 202, true, true},
		{"PASS p", 202, true, true},
		{"SMNT m", 202, true, true},
		{"SITE IDLE", 202, true, true},
		{"NOOP", 202, true, true},
		{"ALGS", 202, true, true},
		{"OPTS UTF8 ON", 202, true, true},
		{"CLNT c", 202, true, true},
		{"FROBNICATE", 202, true, true},
		{"MKD d", 257, true, true},
		{"MKD d", 250, true, true},
		{"MKD d", 200, true, true},
		{"RMD d", 250, true, true},
		{"RMD d", 200, true, true},
		{"RNTO f", 250, true, true},
		{"RNTO f", 200, true, true},
		{"DELE f", 250, true, true},
		{"DELE f", 200, true, true},
		{"CWD d", 250, true, true},
		{"CWD d", 200, true, true},
		{"XCUP", 250, true, true},
		{"USER u", 200, true, true},
		{"SYST", 200, true, true},
		{"HOST h", 200, true, true},
		{"MD5 f", 250, true, true},
		{"MD5 f", 251, true, true},
		{"STAT f", 200, true, true},
		{"MLSD", 200, true, true},
		{"LIST", 226, true, true},
		{"EPSV ALL", 200, true, true},
		{"EPSV all", 200, true, true},
		{"REIN", 220, true, true},
		{"", 220, true, true},
		{"", 120, false, false},
		{"FROBNICATE", 200, true, true},
		{"FROBNICATE", 500, false, false},
		{"A", 999, false, false},
	}
	for _, tt := range tests {
		if got := Completes(tt.command, tt.code); got != tt.table {
			t.Errorf("Completes(%q, %d) = %v", tt.command, tt.code, got)
		}
		if got := CompletesByFirstDigit(tt.command, tt.code); got != tt.digit {
			t.Errorf("CompletesByFirstDigit(%q, %d) = %v", tt.command, tt.code, got)
		}
	}
}

// Statements of the documents in words.
func TestSingleRulings(t *testing.T) {
	tests := []struct {
		name     string
		command  string
		stage    Stage
		code     ftpreply.Code
		standing Standing
		reason   Reason
	}{
		{"as CWD or as the list", "CDUP", First, 250, InTheWild, CodeInTheWild},
		{"thirteen servers", "RNTO", First, 550, InTheWild, CodeInTheWild},
		{"another code of the class", "CWD", First, 299, Wrong, CodeNotListed},
		{"another failure", "CWD", First, 599, Wrong, CodeNotListed},
		{"error arrow", "CWD", First, 350, Wrong, WrongClass},
		{"error arrow", "CWD", First, 150, Wrong, WrongClass},
		{"no class", "CWD", First, 0, Wrong, WrongClass},
		{"no class", "CWD", First, 999, Wrong, WrongClass},
		{"no class, unknown verb", "FOO", First, 700, Wrong, WrongClass},
		{"no code", "CWD", First, 65535, Wrong, WrongClass},
		{"listed against the diagram", "SITE", First, 350, InTheWild, CodeInTheWild},
		{"marker first", "RETR", First, 110, Wrong, WrongStage},
		{"marker", "RETR", AfterPreliminary, 110, Allowed, None},
		{"no marker for LIST", "LIST", AfterPreliminary, 110, Wrong, CodeNotListed},
		{"no preliminary", "RETR", First, 226, InTheWild, CodeInTheWild},
		{"passive first", "RETR", First, 425, InTheWild, CodeInTheWild},
		{"late refusal", "STOR", AfterPreliminary, 553, Wrong, WrongStage},
		{"REST only", "RETR", First, 554, Wrong, WrongStage},
		{"after REST", "RETR", AfterRestart, 554, Allowed, None},
		{"after REST", "STOR", AfterRestart, 555, Allowed, None},
		{"APPE any time", "APPE", First, 555, Allowed, None},
		{"150 alone, but known", "MLSD", First, 125, InTheWild, CodeInTheWild},
		{"226 alone", "MLSD", AfterPreliminary, 250, Wrong, CodeNotListed},
		{"any 4yz", "SIZE", First, 450, Allowed, None},
		{"any 4yz is not a code", "SIZE", First, 4, Wrong, WrongClass},
		{"ruled out, but known", "AUTH TLS", First, 334, InTheWild, CodeInTheWild},
		{"no effect", "EPSV", First, 202, Wrong, CodeNotListed},
		{"no effect, alias", "XMKD", First, 202, Wrong, CodeNotListed},
		{"range marker", "STOR", AfterPreliminary, 111, InTheWild, CodeInTheWild},
		{"other mechanism", "AUTH GSSAPI", First, 334, Allowed, None},
		{"account asked for later", "STAT", First, 332, Allowed, None},
		{"required of every server", "TYPE", First, 502, InTheWild, CodeInTheWild},
		{"required of every server", "STOR", First, 502, Wrong, CodeNotListed},
		{"not required", "SIZE", First, 502, Allowed, None},
		{"superfluous", "ALLO", First, 202, Allowed, None},
		{"unknown verb", "FOO", First, 222, Allowed, None},
		{"unknown verb", "FOO", First, 502, Allowed, None},
		{"protected", "PWD", First, 632, Allowed, None},
		{"after protected 150", "RETR", AfterPreliminary, 631, Allowed, None},
		{"of the inner command", "ENC", First, 257, Allowed, None},
		{"closing, in a transfer", "RETR", AfterPreliminary, 421, Allowed, None},
	}
	for _, tt := range tests {
		r := parse(tt.command).Judge(tt.stage, tt.code)
		if r.Standing != tt.standing || r.Reason != tt.reason {
			t.Errorf("%s: %s %d: %v %v, want %v %v", tt.name, tt.command, tt.code, r.Standing, r.Reason, tt.standing, tt.reason)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{InTheWild.String(), "in-the-wild"},
		{Standing(200).String(), "invalid"},
		{AfterRestart.String(), "after-restart"},
		{ExtraFinal.String(), "extra-final-reply"},
		{NoRoom.String(), "no-room"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if len(reasonNames) != len(rules) {
		t.Errorf("%d names and %d rules", len(reasonNames), len(rules))
	}
}
