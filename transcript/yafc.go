package transcript

import (
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// yafc -d writes the host in brackets before each line:
//
//	<-- [127.0.0.1] 220 ready
//	--> [127.0.0.1] USER u
var yafc = Format{
	Name:       "yafc",
	Producer:   "yafc -d",
	Recognised: "<-- or --> and a host in brackets before each line",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.Passwords | fidelity.Wire),
	recognise:  linesWith("--", yafcLine.Match),
	decode:     lines(func() lineLog { return yafcLog{} }),
}

// The cursor goes back to the margin before a mark.
var yafcLine = regexp.MustCompile(`^(?:.*\r)?(<--|-->) \[([^\]]+)\] ?`)

type yafcLog map[string]*session

func (l yafcLog) line(line []byte, out *emitter) error {
	m := yafcLine.FindSubmatch(line)
	if m == nil {
		return nil
	}
	s, text := known(l, string(m[2])), line[len(m[0]):]
	if string(m[1]) == "<--" {
		s.server(out, text)
	} else {
		s.client(out, text)
	}
	return nil
}
