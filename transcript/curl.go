package transcript

import (
	"bytes"
	"regexp"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// curl -v writes replies after "<", with the CR of the wire, commands after ">", and notes
// after "*":
//
//   - Trying 127.0.0.1:2121...
//   - Connected to 127.0.0.1 (127.0.0.1) port 2121 (#0)
//     < 220-Welcome
//     > USER u
//
// With --trace-time a time of day comes first. The progress meter may come before it all.
var curl = Format{
	Name:       "curl",
	Producer:   "curl -v, also with --trace-time",
	Recognised: "<, > and * before each line, at least one * and one reply",
	Keeps:      fidelity.All &^ fidelity.Wire,
	Clock:      RelativeClock,
	recognise:  recogniseCurl,
	decode:     lines(func() lineLog { return &curlLog{clock: countedClock{wrap: day}} }),
	keepsEnd:   true,
}

var (
	curlLine  = regexp.MustCompile(`^(\d\d:\d\d:\d\d\.\d{6} )?([<>*]) `)
	curlReply = regexp.MustCompile(`^(?:\d\d:\d\d:\d\d\.\d{6} )?< \d\d\d[ -]`)
	curlNote  = regexp.MustCompile(`^(?:\d\d:\d\d:\d\d\.\d{6} )?\* `)
	curlMeter = regexp.MustCompile(`^[\r\d .:kMGTP-]*(?:--:--:--|\d:\d\d:\d\d) +[\d.]+[kMGTP]?(?:\r| *)`)
)

func recogniseCurl(head []byte) int {
	if linesWith("< ", curlReply.Match)(head) == 0 || linesWith("* ", curlNote.Match)(head) == 0 {
		return 0
	}
	return linesLike(curlLine.Match)(head)
}

type curlLog struct {
	clock   countedClock
	session session
	notes   curlNotes
	proxy   curlProxy
}

func (l *curlLog) line(line []byte, out *emitter) error {
	line = line[len(curlMeter.Find(line)):]
	m := curlLine.FindSubmatch(line)
	if m == nil {
		return nil
	}
	if t, err := time.Parse("15:04:05.000000 ", string(m[1])); err == nil {
		out.at(l.clock.at(t))
	}
	text := line[len(m[0]):]
	switch m[2][0] {
	case '<':
		if !l.proxy.isHTTP(Server, text) {
			l.session.server(out, text)
		}
	case '>':
		if !l.proxy.isHTTP(Client, text) {
			l.session.client(out, text)
		}
	case '*':
		l.notes.line(&l.session, out, bytes.TrimRight(text, "\r"))
	}
	return nil
}

// A curlProxy is set while curl talks to an HTTP proxy: from the first line of a request to the
// first reply of FTP. The lines between are skipped. They may hold passwords.
type curlProxy bool

var (
	httpRequest = regexp.MustCompile(`^[A-Z]+ \S+ HTTP/\d`)
	ftpReply    = regexp.MustCompile(`^\d\d\d[ -]`)
)

// isHTTP reports whether a line, or lines, of a side belong to HTTP.
func (p *curlProxy) isHTTP(side Side, text []byte) bool {
	switch {
	case side == Client && httpRequest.Match(text):
		*p = true
	case side == Server && bool(*p) && ftpReply.Match(text):
		*p = false
	}
	return bool(*p)
}

// curlNotes follows the notes of curl about its connections. They are the same when a data
// connection is made as for the control connection, but announces it before.
type curlNotes struct {
	begun bool // a control connection has been seen
	open  bool // it is in use
	data  bool // a data connection has been announced
}

var (
	curlData  = regexp.MustCompile(`^(?:Connecting to \S+ \(\S+\) port|Connect data stream)`)
	curlBegin = regexp.MustCompile(`^(?:Connected to|Established connection to) `)
	curlReuse = regexp.MustCompile(`^Re-?using existing connection`)
	curlLeft  = regexp.MustCompile(`^Connection #\d+ to host .* left intact`)
	curlClose = regexp.MustCompile(`^(?:Closing connection|shutting down connection)`)
)

func (n *curlNotes) line(s *session, out *emitter, text []byte) {
	switch {
	case curlData.Match(text):
		n.data = true
	case curlBegin.Match(text) && n.data && (n.open || !n.begun):
		n.data = false
	case curlBegin.Match(text):
		*n = curlNotes{begun: true, open: true}
		s.begin(out, text)
	case curlReuse.Match(text):
		n.open = true
	case curlLeft.Match(text):
		n.open = false
	case curlClose.Match(text):
		n.open, n.data = false, false
		s.end(out)
	}
}
