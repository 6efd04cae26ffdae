package pcap

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/transcript"
)

// maxEvidence is how many bytes of a direction are kept to tell what a connection is.
const maxEvidence = 512

// defaultPorts are those of the server-PI by the book and by habit.
var defaultPorts = []uint16{21, 2121}

// evidence is what was said on a connection that may be a control connection.
type evidence struct {
	said [2][]byte // first bytes of each half
	held []held
}

// A held event waits until it is known what the connection is.
type held struct {
	place
	from side
	happening
}

func (v *evidence) size() (n int) {
	if v != nil {
		for i := range v.held {
			n += len(v.held[i].bytes) + segmentOverhead
		}
	}
	return n
}

func (r *Reader) isServerPort(port uint16) bool {
	return slices.Contains(defaultPorts, port) || slices.Contains(r.ports, port)
}

// decideByPort reports whether the connection is known by the port of the server-PI to
// be a control connection. Without a SYN either end may be the server-PI.
func (r *Reader) decideByPort(c *conn) bool {
	for end := range side(2) {
		if (c.server == end || c.server == unknown) && r.isServerPort(c.port(end)) {
			r.becomeControl(c, end)
			return true
		}
	}
	return false
}

// becomeControl hands on what was held.
func (r *Reader) becomeControl(c *conn, server side) {
	r.numbers++
	r.controls++
	c.state, c.server, c.number = control, server, r.numbers
	if c.judged == nil {
		return
	}
	r.buffered -= c.judged.size()
	events := c.judged.held
	c.judged = nil
	for i := range events {
		e := &events[i]
		r.give(c, e.from, &e.place, e.happening)
	}
}

// give makes an event ready.
func (r *Reader) give(c *conn, from side, at *place, h happening) {
	who := transcript.Client
	if from == c.server {
		who = transcript.Server
	}
	r.ready = append(r.ready, transcript.Event{
		Kind: h.kind, Conn: c.number, Side: who, Time: at.time, Bytes: h.bytes, Lost: h.lost,
		Server: c.end(c.server), Client: c.end(1 - c.server), Record: at.number,
	})
}

// decideByContent holds an event, and decides when enough was said.
func (r *Reader) decideByContent(c *conn, from side, at *place, h happening) {
	if c.judged == nil {
		c.judged = &evidence{}
	}
	v := c.judged
	h.bytes = bytes.Clone(h.bytes)
	v.held = append(v.held, held{*at, from, h})
	r.buffered += len(h.bytes) + segmentOverhead
	v.said[from] = append(v.said[from], h.bytes...)

	server, isControl := v.decide(c)
	switch {
	case isControl == yes:
		r.becomeControl(c, server)
	case isControl == no, r.buffered > maxBuffered, len(v.held) > maxPending,
		len(v.said[0]) > maxEvidence, len(v.said[1]) > maxEvidence:
		r.end(c, other)
	}
}

type answer uint8

const (
	perhaps answer = iota
	yes
	no
)

// decide tells from what was said whether c is a control connection, and which half is the
// server-PI's: without a SYN that which begins with a digit.
func (v *evidence) decide(c *conn) (server side, isControl answer) {
	server = c.server
	if server == unknown {
		server = 0
		if startsWithDigit(v.said[1]) || len(v.said[0]) > 0 && !startsWithDigit(v.said[0]) {
			server = 1
		}
	}
	return server, decide(v.said[server], v.said[1-server], c.opened)
}

func startsWithDigit(b []byte) bool { return len(b) > 0 && isDigit(b[0]) }

// decide judges the first bytes of both sides. A reply and a command together are
// enough; so is a greeting that names FTP, or a command that no other protocol has.
func decide(server, client []byte, fromStart bool) answer {
	s, c := judgeReply(server, fromStart), judgeCommands(client)
	switch {
	case s == no || c == no:
		return no
	case s == yes || c == yes:
		return yes
	case bytes.IndexByte(server, '\n') >= 0 && bytes.IndexByte(client, '\n') >= 0:
		return yes
	}
	return perhaps
}

// judgeReply judges what a server said first. SMTP has the codes of FTP (RFC 5321, section
// 4.2), NNTP greets with others (RFC 3977, section 5.1).
func judgeReply(b []byte, greeting bool) answer {
	line, _, whole := bytes.Cut(b, []byte{'\n'})
	switch {
	case len(line) > 0 && !isDigit(line[0]):
		return no
	case !whole:
		return perhaps
	case len(line) < 4, !isDigit(line[1]), !isDigit(line[2]), !strings.ContainsRune(" -\r", rune(line[3])):
		return no
	case greeting && !isGreeting(string(line[:3])):
		return no
	}
	upper := bytes.ToUpper(line)
	switch {
	case bytes.Contains(upper, []byte("SMTP")), bytes.Contains(upper, []byte("LMTP")):
		return no
	case bytes.Contains(upper, []byte("FTP")):
		return yes
	}
	return perhaps
}

// isGreeting reports whether a server-PI may begin with that code: those of RFC 959, section
// 5.4, or a refusal.
func isGreeting(code string) bool {
	return code == "120" || code == "220" || code[0] == '4' || code[0] == '5'
}

// judgeCommands judges what a client said first, line by line.
func judgeCommands(b []byte) answer {
	for line := range bytes.Lines(b) {
		rest := bytes.TrimLeft(line, letters)
		verb := line[:len(line)-len(rest)]
		own, known := verbs[strings.ToUpper(string(verb))]
		switch {
		case len(rest) == 0 && len(verb) <= maxVerb:
			return perhaps // there is more to come
		case len(rest) == 0, !known, !strings.ContainsRune(" \r\n", rune(rest[0])):
			return no
		case own:
			return yes
		}
	}
	return perhaps
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// maxVerb is the length of a verb (RFC 959, section 5.3).
const maxVerb = 4

// verbs says of each verb whether FTP alone has it. The others are verbs of SMTP, POP3 or NNTP, too.
var verbs = map[string]bool{
	"USER": false, "PASS": false, "AUTH": false, "STAT": false, "LIST": false, "RETR": false, "QUIT": false,
	"NOOP": false, "HELP": false, "DELE": false, "MODE": false, "HOST": false, "REST": false,

	"ABOR": true, "ACCT": true, "ADAT": true, "ALLO": true, "APPE": true, "CCC": true, "CDUP": true, "CLNT": true,
	"CSID": true, "CWD": true, "EPRT": true, "EPSV": true, "FEAT": true, "LANG": true, "MDTM": true, "MFMT": true,
	"MKD": true, "MLSD": true, "MLST": true, "NLST": true, "OPTS": true, "PASV": true, "PBSZ": true, "PORT": true,
	"PROT": true, "PWD": true, "REIN": true, "RMD": true, "RNFR": true, "RNTO": true, "SITE": true, "SIZE": true,
	"SMNT": true, "STOR": true, "STOU": true, "STRU": true, "SYST": true, "TYPE": true, "XCRC": true, "XCUP": true,
	"XCWD": true, "XMD5": true, "XMKD": true, "XPWD": true, "XRMD": true,
}

func isDigit(c byte) bool { return c-'0' <= 9 }
