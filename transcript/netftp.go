package transcript

import (
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Perl's Net::FTP writes with Debug => 1 the object that speaks before each line:
//
//	Net::FTP=GLOB(0x559a7d21ad08)<<< 220 ready
//	Net::FTP=GLOB(0x559a7d21ad08)>>> USER u
var netftp = Format{
	Name:       "netftp",
	Producer:   "Perl Net::FTP, Debug => 1",
	Recognised: "Net::FTP=GLOB(…) and <<< or >>> before each line",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.Passwords | fidelity.Wire),
	recognise:  linesWith("=GLOB(", netftpLine.Match),
	decode:     lines(func() lineLog { return netftpLog{} }),
}

var netftpLine = regexp.MustCompile(`^\w[\w:]*=GLOB\((0x[\da-f]+)\)(<<<|>>>) ?`)

// netftpLog has a session for each object; the address of one may come again.
type netftpLog map[string]*session

func (l netftpLog) line(line []byte, out *emitter) error {
	m := netftpLine.FindSubmatch(line)
	if m == nil {
		return nil
	}
	s, text := known(l, string(m[1])), line[len(m[0]):]
	if string(m[2]) == "<<<" {
		s.server(out, text)
	} else {
		s.client(out, text)
	}
	return nil
}
