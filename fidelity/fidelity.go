// Package fidelity names the details of a control connection that a recording may
// have kept.
//
// A format of package transcript declares the details that it keeps. A rule of
// package lint states the details that it needs. A rule whose needs were not kept
// proves nothing about the server, so its findings must be left out.
package fidelity

import "strings"

// A Set is a set of details. The zero Set is empty.
type Set uint8

// The details that a recording may keep.
const (
	LineEnds   Set = 1 << iota // CR and LF, and blanks before them
	AllBytes                   // NUL, control characters and 8-bit text
	AllLines                   // every reply with its interior lines, and lines that are not replies
	LineStarts                 // how the lines of a multi-line reply begin
	Texts                      // more of a reply than its code
	BothSides                  // commands and replies, told apart
	Passwords                  // passwords as they were sent, not masked
	Wire                       // the bytes of both sides in their order; text under TLS stays unreadable

	All Set = 1<<8 - 1 // every detail
)

var names = [...]string{"line ends", "all bytes", "all lines", "line starts", "texts", "both sides", "passwords", "the wire"}

// Has reports whether s contains every detail of t.
func (s Set) Has(t Set) bool { return t&^s == 0 }

// Lost returns the details that s does not contain.
func (s Set) Lost() Set { return All &^ s }

// String returns the names of the details, separated by commas. It is empty for the
// empty Set.
func (s Set) String() string {
	var list []string
	for i, name := range names {
		if s>>i&1 != 0 {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}
