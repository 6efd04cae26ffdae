package probe

import (
	"maps"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A Command is a command that was sent, with the best reply to it.
type Command struct {
	Name string // the verb, and for some commands the next word: "SITE HELP"
	Best ftpreply.Code

	justly bool // the best reply is a refusal, and was right
}

// Outcome returns Passed, Refused or NotSupported. It returns Skipped if the command was
// sent only with arguments that the server must refuse, such as the name of a missing file.
func (c Command) Outcome() Outcome {
	switch {
	case c.Best.Class() <= ftpreply.Intermediate:
		return Passed
	case c.Best == ftpreply.CodeSyntaxError, c.Best == ftpreply.CodeCommandNotImplemented, c.Best == ftpreply.CodeCommandParameterNotImplemented:
		return NotSupported
	case c.justly:
		return Skipped
	default:
		return Refused
	}
}

// families are verbs whose first argument selects a command.
var families = []string{"AUTH", "MODE", "OPTS", "SITE", "STRU", "TYPE"}

// support has the best reply to each command, by name.
type support map[string]Command

// learn adds the answer to a command line. refusable is set if a refusal is a right answer.
func (m support) learn(line string, answer Answer, refusable bool) {
	name, code := commandName(line), answer.Final().Code()
	if name == "" || code == 0 || code == ftpreply.CodeServiceNotAvailable {
		return
	}
	c := Command{name, code, refusable}
	if old, ok := m[name]; !ok || c.quality() > old.quality() {
		m[name] = c
	}
}

// quality orders replies by how much they say about the support of a command.
func (c Command) quality() int {
	switch o := c.Outcome(); {
	case c.Best == ftpreply.CodeNotLoggedIn:
		return 0
	case o == NotSupported:
		return 1
	case o == Skipped:
		return 2
	case o == Refused:
		return 3
	default:
		return 4
	}
}

// unknown reports whether the server has not known the command so far.
func (m support) unknown(verb string) bool {
	c, ok := m[verb]
	return ok && c.Outcome() == NotSupported
}

func (m support) commands() []Command {
	return slices.SortedFunc(maps.Values(m), func(a, b Command) int { return strings.Compare(a.Name, b.Name) })
}

// commandName returns the name of the command in a line, or "" if the line is not a plain
// command that servers may have.
func commandName(line string) string {
	line = strings.TrimPrefix(line, telnetSynch)
	if strings.ContainsAny(line, "\r\n") {
		return ""
	}
	verb, argument, _ := strings.Cut(strings.ToUpper(line), " ")
	if verb == unknownVerb || !isWord(verb) {
		return ""
	}
	if !slices.Contains(families, verb) {
		return verb
	}
	argument, _, _ = strings.Cut(argument, " ")
	if !isWord(argument) || argument == unknownVerb || argument == "X" {
		return ""
	}
	return verb + " " + argument
}

// isWord reports whether a text has only capital letters and digits.
func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
}

// A Feature is a feature that FEAT may list, with the result of trying it.
type Feature struct {
	Label    string
	Listed   bool
	Tried    bool
	Outcome  Outcome // of the checks, if Tried
	MustList string  // the section that requires it to be listed, or ""
}

// mustList has the sections that require features to be listed.
var mustList = map[string]string{
	"MDTM": "RFC 3659 3.3", "SIZE": "RFC 3659 4.3", "REST STREAM": "RFC 3659 5.4", "MLST": "RFC 3659 7.8",
}

// Untrue returns how FEAT and the server disagree about the feature, or "".
func (f Feature) Untrue() string {
	switch {
	case f.Listed && f.Tried && f.Outcome == NotSupported:
		return "FEAT lists " + f.Label + ", but the server does not know it"
	case !f.Listed && f.Tried && f.Outcome == Passed && f.MustList != "":
		return f.Label + " works, but FEAT does not list it (" + f.MustList + ")"
	default:
		return ""
	}
}

// features returns the features that FEAT listed and the others that work.
func features(listed []string, commands []Command, results []Result) (list []Feature) {
	for _, label := range listed {
		f := Feature{Label: label, Listed: true, MustList: mustList[label]}
		for _, c := range commands {
			if outcome := c.Outcome(); outcome != Skipped && (c.Name == label || c.Name == "SITE "+label) {
				f.Tried, f.Outcome = true, outcome
			}
		}
		list = append(list, f)
	}
	for i := range results {
		label, outcome := results[i].Check.feature, results[i].Outcome
		if label == "" || outcome == Skipped {
			continue
		}
		at := slices.IndexFunc(list, func(f Feature) bool { return f.Label == label })
		if at < 0 {
			at = len(list)
			list = append(list, Feature{Label: label, MustList: mustList[label]})
		}
		if f := &list[at]; !f.Tried || outcome == NotSupported || f.Outcome == Refused {
			f.Tried, f.Outcome = true, outcome
		}
	}
	return slices.DeleteFunc(list, func(f Feature) bool { return !f.Listed && (f.Outcome != Passed || f.Label == "TVFS") })
}

// labels returns the features in a reply to FEAT, each with the parameter that makes it a
// feature of its own.
func labels(r ftpreply.Reply) (list []string) {
	f, err := payload.ParseFeatures(r)
	if err != nil {
		return nil
	}
	for label, values := range f.All() {
		name := strings.ToUpper(string(label))
		word, _, _ := strings.Cut(strings.ToUpper(string(values)), ";")
		word, _, _ = strings.Cut(word, " ")
		if slices.Contains(families, name) || name == "REST" {
			name = strings.TrimSpace(name + " " + word)
		}
		if len(list) < maxFeatures && len(name) <= maxName && !slices.Contains(list, name) && printable(name) == name {
			list = append(list, name)
		}
	}
	return list
}

// judgeFeatures compares the list of FEAT with the features that were tried.
func (r *Result) judgeFeatures(list []Feature) {
	var wrong []string
	for _, f := range list {
		if untrue := f.Untrue(); untrue != "" {
			wrong = append(wrong, untrue)
		}
	}
	if wrong != nil {
		r.settle(Failed, strings.Join(wrong, "; "))
	}
}
