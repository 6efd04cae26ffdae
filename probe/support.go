package probe

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/payload"
)

// A Command is a command that was tried, and the best answer that it got.
type Command struct {
	Name string // the verb, and of some commands the first word behind it: "SITE HELP"
	Best ftpreply.Code
}

// Outcome says what the best answer means: Passed, Refused or NotSupported.
func (c Command) Outcome() Outcome {
	switch {
	case c.Best.Class() <= ftpreply.Intermediate:
		return Passed
	case c.Best == ftpreply.CodeSyntaxError, c.Best == ftpreply.CodeCommandNotImplemented, c.Best == ftpreply.CodeCommandParameterNotImplemented:
		return NotSupported
	default:
		return Refused
	}
}

// families are the verbs that stand for several commands.
var families = []string{"AUTH", "MODE", "OPTS", "SITE", "STRU", "TYPE"}

// support notes the best answer to each command.
type support map[string]ftpreply.Code

func (s support) learn(it *control.Item) {
	if it.Kind != control.ReplyItem || it.Command == nil {
		return
	}
	name, code := commandName(it.Command), it.Reply.Code()
	if name != "" && code != ftpreply.CodeServiceNotAvailable && (s[name] == 0 || quality(code) > quality(s[name])) {
		s[name] = code
	}
}

// quality orders codes: a 500 says least.
func quality(c ftpreply.Code) int {
	switch o := (Command{Best: c}).Outcome(); {
	case o == NotSupported:
		return 1
	case c == ftpreply.CodeNotLoggedIn:
		return 0
	case o == Refused:
		return 2
	default:
		return 3
	}
}

// commandName is "" for what is no command.
func commandName(c *control.Command) string {
	verb := c.Verb()
	if verb == unknownVerb || !isWord(verb) {
		return ""
	}
	if !slices.Contains(families, verb) {
		return verb
	}
	argument, _, _ := bytes.Cut(bytes.ToUpper(c.Argument()), []byte{' '})
	if len(argument) == 0 || !isWord(string(argument)) || string(argument) == unknownVerb || string(argument) == "X" {
		return ""
	}
	return verb + " " + string(argument)
}

// isWord reports whether a text is of letters and digits.
func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
}

func (s support) commands() (list []Command) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		list = append(list, Command{name, s[name]})
	}
	return list
}

// A Feature is something that FEAT may list, and what the server answers when it is tried.
type Feature struct {
	Label    string
	Listed   bool
	Tried    bool
	Outcome  Outcome // of the check that tried it
	MustList string  // the section that asks for it to be listed, or ""
}

// mustList has the sections that ask a server to list what it has.
var mustList = map[string]string{
	"MDTM": "RFC 3659 3.3", "SIZE": "RFC 3659 4.3", "REST STREAM": "RFC 3659 5.4", "MLST": "RFC 3659 7.8",
}

// Untrue says what is wrong with the list of FEAT about the feature, or "".
func (f Feature) Untrue() string {
	switch {
	case f.Listed && f.Tried && f.Outcome == NotSupported:
		return "FEAT lists " + f.Label + ", and the server does not know it"
	case !f.Listed && f.Tried && f.Outcome == Passed && f.MustList != "":
		return f.Label + " works, and FEAT does not list it"
	default:
		return ""
	}
}

// features are the labels that FEAT listed, with what the checks found, and those that
// it did not list and that work.
func features(listed []string, commands []Command, results []Result) (list []Feature) {
	for _, label := range listed {
		f := Feature{Label: label, Listed: true, MustList: mustList[label]}
		for _, c := range commands {
			if c.Name == label || c.Name == "SITE "+label {
				f.Tried, f.Outcome = true, c.Outcome()
			}
		}
		list = append(list, f)
	}
	for i := range results {
		label, outcome := results[i].Check.Feature, results[i].Outcome
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

// untried are checks of what FEAT lists and the table does not know, if it looks like a
// command: without an argument it should be refused as anything but unknown. What such a
// command does nobody can tell, so it needs leave to write.
func (r *run) untried() (list []*Check) {
	const shortest, longest = 3, 8
	for _, f := range features(r.listed, r.support.commands(), r.report.Results) {
		c := &Check{Name: "try-" + strings.ToLower(f.Label), Section: "RFC 2389 3.2", Verb: f.Label, Feature: f.Label, Needs: Login | Write,
			Asks: "FEAT lists " + f.Label + ": is it known?", Why: "Clients go by the list.", Steps: []Step{ask(f.Label, knownCommand...)}}
		isVerb := isWord(f.Label) && len(f.Label) >= shortest && len(f.Label) <= longest
		if isVerb && !f.Tried && !inTable(f.Label) && r.config.selects(c) {
			list = append(list, c)
		}
	}
	return list
}

// inTable reports whether a check asks for the feature.
func inTable(label string) bool {
	return slices.ContainsFunc(checks, func(c Check) bool { return c.Feature == label || c.Verb == label })
}

// knownCommand are the replies to a command that a server knows, whatever else is wrong.
var knownCommand = []ftpreply.Code{1, 2, 3, 4, 501, 503, 504, 52, 53, 55}

// labels are what a reply to FEAT lists, each with the parameter that makes it a
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
		if !slices.Contains(list, name) && isPrintable(name) {
			list = append(list, name)
		}
	}
	return list
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// byTruth makes the checks that are about the list of FEAT itself.
func byTruth(list []Feature) (results []Result) {
	for _, f := range list {
		if !f.Tried || f.Outcome == Refused || !f.Listed && f.MustList == "" {
			continue
		}
		r := Result{Check: &Check{
			Name: "listed-" + strings.ToLower(strings.ReplaceAll(f.Label, " ", "-")), Section: cmp.Or(f.MustList, "RFC 2389 3.2"), Verb: "FEAT",
			Asks: "Does FEAT tell the truth about " + f.Label + "?", Why: "Clients go by the list."}}
		if wrong := f.Untrue(); wrong != "" {
			r.Outcome, r.Reason = Failed, wrong
		}
		results = append(results, r)
	}
	return results
}
