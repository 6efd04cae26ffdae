package main

import (
	"slices"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

type (
	dialogueVector struct {
		ID      string          `json:"id"`
		Command string          `json:"command"` // empty for the greeting
		Replies []dialogueReply `json:"replies"`
	}
	dialogueReply struct {
		Code      int    `json:"code,omitempty"`  // or Class
		Class     int    `json:"class,omitempty"` // any code with this first digit
		Stage     string `json:"stage"`
		Grade     string `json:"grade"`
		Completes bool   `json:"completes,omitempty"` // the command has succeeded
		RFC       string `json:"rfc,omitempty"`
		Servers   string `json:"servers,omitempty"`
	}
)

// dialogues returns the table of package dialogue.
func dialogues() (vectors []any) {
	commands := slices.Concat([]string{""}, slices.Collect(dialogue.Verbs()), []string{"AUTH TLS", "EPSV ALL"})
	for _, command := range commands {
		v := dialogueVector{ID: command, Command: command}
		if command == "" {
			v.ID = "greeting"
		}
		for e := range dialogue.Expect(command) {
			r := dialogueReply{Code: int(e.Code), Stage: e.Stage.String(), Grade: grade(e.Standing == dialogue.Allowed),
				Completes: dialogue.Completes(command, e.Code), RFC: e.Source, Servers: e.Servers}
			if e.Code < ftpreply.Code(10) {
				r.Code, r.Class = 0, r.Code
			}
			v.Replies = append(v.Replies, r)
		}
		vectors = append(vectors, v)
	}
	return vectors
}
