package explaincmd

import (
	"io"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
)

// An object is the JSON object of any subject; Kind says which.
type object struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Title    string `json:"title,omitempty"`
	Severity string `json:"severity,omitempty"`
	Class    string `json:"class,omitempty"`
	Group    string `json:"group,omitempty"`
	Status   string `json:"status,omitempty"`
	Source   string `json:"source,omitempty"`
	Required string `json:"required,omitempty"`
	Summary  string `json:"summary,omitempty"`
	Why      string `json:"why,omitempty"`
	Note     string `json:"note,omitempty"`
	Needs    string `json:"needs,omitempty"`

	Deviations []string `json:"deviations,omitempty"`
	Rules      []string `json:"rules,omitempty"`
	Servers    []string `json:"servers,omitempty"`
	Commands   []string `json:"commands,omitempty"`
	Bad        []string `json:"bad,omitempty"`
	Good       []string `json:"good,omitempty"`
	Breaks     []client `json:"breaks,omitempty"`
	Replies    []reply  `json:"replies,omitempty"`
}

// A client failed on a rule when measured.
type client struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Effect  string `json:"effect"`
	When    string `json:"when,omitempty"`
}

// A reply may answer a command.
type reply struct {
	Code     string `json:"code"`
	Stage    string `json:"stage"`
	Standing string `json:"standing"`
	Source   string `json:"source,omitempty"`
	Servers  string `json:"servers,omitempty"`
}

// writeJSON writes one object a line.
func writeJSON(w io.Writer, subjects []any, _ bool) {
	for _, s := range subjects {
		w.Write(append(render.AppendJSON(nil, objectOf(s)), '\n'))
	}
}

func objectOf(subject any) (o object) {
	switch s := subject.(type) {
	case ftpreply.Code:
		o = object{Kind: "code", Name: s.String(), Class: s.Class().String(), Group: s.Group().String()}
		if info, ok := s.Info(); ok {
			o.Title, o.Status, o.Source = info.Name, info.Status.String(), info.Source
			o.Summary, o.Note = info.Meaning, info.Note
		}
	case *lint.Rule:
		o = object{Kind: "rule", Name: s.Name, Severity: s.Severity.String(), Group: string(s.Group), Source: s.RFC,
			Summary: s.Summary, Why: s.Why, Needs: s.Needs.String(), Servers: s.Servers, Bad: s.Bad, Good: s.Good}
		for d := range s.Deviations().Each() {
			o.Deviations = append(o.Deviations, d.String())
		}
		for _, c := range s.Breaks() {
			o.Breaks = append(o.Breaks, client{c.Name, c.Version, c.Effect, c.When})
		}
	case ftpreply.DeviationInfo:
		o = object{Kind: "deviation", Name: s.Name, Source: s.Source, Summary: s.Summary}
		for r := range lint.Rules() {
			if r.Deviations().HasAny(s.Deviation) {
				o.Rules = append(o.Rules, r.Name)
			}
		}
	case *probe.Check:
		o = object{Kind: "check", Name: s.Name, Source: s.Section, Required: s.Required,
			Summary: s.Asks, Why: s.Why, Commands: s.Lines()}
	case command:
		o = object{Kind: "command", Name: string(s)}
		for e := range dialogue.Expect(string(s)) {
			o.Replies = append(o.Replies, reply{codeText(e.Code), e.Stage.String(), e.Standing.String(), e.Source, e.Servers})
		}
	}
	return o
}
