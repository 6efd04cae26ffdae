package clients

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/lint"
)

// A demonstration lists the vectors that show a departure. A client fails on the departure
// if it completes the clean session but not the session with the vector.
type demonstration struct {
	of      string // the deviation, or the rule of package lint
	when    string // the condition, if only some such replies break clients
	vectors []string
	place   place  // the only place to use; empty for both
	clean   string // the clean session to compare with, if not the vector's own
	copes   string // an outcome that is correct besides ok
	why     string
}

// demonstrations is in the order of the rules. Entries with a condition follow the entry
// without one. A client is listed once, unless it fails differently under a condition.
var demonstrations = []demonstration{
	{of: "not-a-reply", vectors: of("ssh letters"), place: asGreeting, clean: "220", copes: "fails",
		why: "the greeting of another protocol; a client should give up, not wait"},
	{of: "unterminated-reply", when: "another code ends it", vectors: of("multi-diffterm"), place: asReply, clean: "220",
		why: "the server means a complete reply"},
	{of: "unterminated-reply", when: "a bare LF ends it", vectors: of("lf"), place: asReply, clean: "220",
		why: "the server means a complete reply; the greeting ended in CR LF"},
	{of: "stray-line", vectors: of("lead-garbage"), place: asReply,
		why: "a line without a code before the reply"},
	{of: "foreign-terminator", vectors: of("multi-diffterm"), place: asReply, clean: "220",
		why: "as a greeting, clients refuse its last line, 221, for another reason"},
	{of: "hidden-reply", vectors: of("hidden-in-multi first-lf-is-text-in-crlf"), place: asReply,
		why: "in a listing, and in a one-line reply; the greeting ended in CR LF"},
	{of: "inner-code", vectors: of("multi-othercode multi-nested anycode-bare inner-other-hyphen"),
		why: "230 and SP, a complete reply, 331 and SP, and a hyphen alone"},
	{of: "bare-terminator", vectors: of("multi-bareterm"),
		why: "it has no other deviation"},
	{of: "unpadded-digits", vectors: of("multi-year"),
		why: "digits that are not the code"},
	{of: "unpadded-digits", when: "the digits are the code", vectors: of("multi-tabterm multi-4digit"),
		why: "neither SP nor hyphen after the code"},
	{of: "bare-code", vectors: of("bare"),
		why: "it has no other deviation"},
	{of: "bad-separator", vectors: of("tab under nosep separator-colon"),
		why: "the separators that real servers send"},
	{of: "blank-line", vectors: of("blank-before"),
		why: "it has no other deviation"},
	{of: "over-limit", when: "64 KiB in a line", vectors: of("long70000"),
		why: "the line alone is above that limit"},
	{of: "over-limit", when: "300 KiB in a reply", vectors: of("bigmulti"),
		why: "each line is short"},
	{of: "bare-lf", vectors: of("lf lf-multi lf-mixed"), place: asGreeting,
		why: "every line, or all but the last"},
	{of: "lf-in-text", vectors: of("hidden-not-own-hyphen lf-in-last-line"), place: asReply,
		why: "no reader takes the text after the LF for a reply"},
	{of: "bare-cr", vectors: of("cr-inject"),
		why: "the text after the CR looks like a reply"},
	{of: "cr-run", vectors: of("crcrlf crcrlf-multi"),
		why: "they have no other deviation"},
	{of: "nul", vectors: of("nul"),
		why: "in the text"},
	{of: "nul", when: "before the code", vectors: of("nul-lead"),
		why: "before the first digit"},
	{of: "control-byte", vectors: of("esc vt bytes-del-tab"),
		why: "an ESC; a VT and a FF; a DEL"},
	{of: "telnet-command", vectors: of("telnet-dont"),
		why: "the answer to an option, as ProFTPD sends it"},
	{of: "iac-in-text", vectors: of("iac-will iac-last"),
		why: "followed by bytes that would be an option, and at the end"},
	{of: "not-utf8", vectors: of("latin1"),
		why: "Latin-1, as most such text is"},
	{of: "long-line", vectors: of("inner-long"),
		why: "513 bytes"},
	{of: "long-line", when: "from 4096 bytes", vectors: of("long4096"),
		why: "the first length that a client refuses"},
	{of: "long-line", when: "from 9990 bytes", vectors: of("long9990"),
		why: "the next such length; 8193 bytes are still read"},
	{of: "code-out-of-range", when: "0yz", vectors: of("code000 code099"), place: asReply, clean: "220", copes: "fails",
		why: "a client may take it for a failure"},
	{of: "code-out-of-range", when: "7yz to 9yz", vectors: of("code999"), place: asReply, clean: "220", copes: "fails",
		why: "a client may take it for a failure"},
	{of: "unknown-code", vectors: of("code-unknown"), place: asReply, clean: "220 220",
		why: "two 2yz that no RFC and no list defines"},
}

func of(vectors string) []string { return strings.Fields(vectors) }

// effects maps an outcome to its name in the list.
var effects = map[string]string{
	"waits":          "waits",
	"detour":         "desynchronizes",
	"fails":          "fails",
	"desynchronizes": "desynchronizes",
	"no password":    "logs in without the password",
}

// word returns an outcome without its verbs.
func word(outcome string) string {
	word, _, _ := strings.Cut(outcome, ":")
	return word
}

func effect(outcome string) string {
	if text, ok := effects[word(outcome)]; ok {
		return text
	}
	return strings.Replace(outcome, "raises ", "fails: ", 1) // or crashes (X)
}

// outcomes returns the outcomes of the client in the sessions of the demonstration. It
// skips vectors whose clean session the client does not complete.
func (d *demonstration) outcomes(m *matrix, client string) (outcomes []string) {
	for at, outcome := range m.cells {
		if at.client != client || !slices.Contains(d.vectors, at.vector) || d.place != "" && d.place != at.place {
			continue
		}
		clean := cell{at.place, noVector, cmp.Or(d.clean, at.clean), client}
		if m.cells[clean] == "ok" {
			outcomes = append(outcomes, outcome)
		}
	}
	return outcomes
}

func (d *demonstration) judges(m *matrix, client string) bool { return len(d.outcomes(m, client)) > 0 }

// effect returns the effects that the demonstration has on a client. It is empty if the
// client copes.
func (d *demonstration) effect(m *matrix, client string) string {
	var effects []string
	for _, outcome := range d.outcomes(m, client) {
		if outcome != "ok" && word(outcome) != d.copes {
			effects = append(effects, effect(outcome))
		}
	}
	slices.Sort(effects)
	return enumerate(slices.Compact(effects))
}

// enumerate joins words as "a, b or c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// A breakage is a line of the list: a client that fails on a deviation.
type breakage struct {
	of, client, version, effect, when string
}

func (b breakage) String() string {
	return strings.Join([]string{b.of, b.client, b.version, b.effect, b.when}, "\t")
}

// shown returns the breakages that the matrix shows.
func shown(m *matrix) (list []breakage) {
	for _, d := range demonstrations {
		for _, name := range m.clients {
			effect := d.effect(m, name)
			known := slices.ContainsFunc(list, func(b breakage) bool {
				return b.of == d.of && b.client == name && (b.when == "" || b.effect == effect)
			})
			if effect != "" && !known {
				list = append(list, breakage{d.of, name, release(m.versions[name]), effect, d.when})
			}
		}
	}
	return list
}

const elsewhereFile = "testdata/elsewhere.tsv"

// elsewhere returns the breakages of clients and deviations that are not in the matrix.
// The last column of the file, the source of each line, is not in the list.
func elsewhere() (list []breakage, err error) {
	text, err := os.ReadFile(elsewhereFile)
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 6 {
			return nil, fmt.Errorf("%s:%d: %d columns, not 6", elsewhereFile, i+1, len(f))
		}
		list = append(list, breakage{f[0], f[1], f[2], f[3], f[4]})
	}
	return list, nil
}

// breaks returns the whole list, in the order of the rules and of their deviations.
func breaks(m *matrix) ([]breakage, error) {
	list := shown(m)
	others, err := elsewhere()
	list = append(list, others...)
	order := subjects()
	slices.SortStableFunc(list, func(a, b breakage) int {
		return slices.Index(order, a.of) - slices.Index(order, b.of)
	})
	return list, err
}

// subjects returns the names of all rules, each followed by those of its deviations.
func subjects() (names []string) {
	for r := range lint.Rules() {
		names = append(names, r.Name)
		for d := range r.Deviations().Each() {
			if name := d.String(); name != r.Name {
				names = append(names, name)
			}
		}
	}
	return names
}
