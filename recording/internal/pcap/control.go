package pcap

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/transcript"
)

// maxEvidence is the number of bytes of a direction that are kept to recognise a control
// connection. The greetings of some servers have some kilobytes.
const maxEvidence = 8 << 10

// The ports of servers by the standard and by habit.
const (
	portFTP      = 21
	portFTPData  = 20
	portHabitual = 2121
)

// evidence is the beginning of a connection that may be a control connection.
type evidence struct {
	said    [2][]byte // the first bytes of each half, without a preamble
	held    []held
	byPort  side // the server, known by its port, or unknown
	proxied bool // a preamble was removed

	listed bool // in Reader.undecided, under this endpoint
	under  endpoint
}

// A held event waits until it is known whether the connection is a control connection.
type held struct {
	place
	from side
	happening
}

// size returns the memory that the evidence uses.
func (v *evidence) size() (n int) {
	if v != nil {
		for i := range v.held {
			n += v.held[i].size()
		}
	}
	return n
}

func (h *held) size() int { return len(h.bytes) + segmentOverhead }

// mayBeServer reports whether the end may be the server. Without a SYN both may.
func (c *conn) mayBeServer(end side) bool { return c.server == end || c.server == unknown }

// isData reports whether the connection is known by its ends to be a data connection.
func (r *Reader) isData(c *conn) bool {
	for end := range side(2) {
		if c.mayBeServer(end) && (r.announced.has(c.endpoint(end)) || c.port(1-end) == portFTPData) {
			return true
		}
	}
	return false
}

// judgeEnds decides from the ends of a connection whether it is a control connection, and
// which end is the server.
func (r *Reader) judgeEnds(c *conn) (server side, is answer) {
	for end := range side(2) {
		if port := c.port(end); c.mayBeServer(end) && (port == portFTP || slices.Contains(r.ports, port)) {
			return end, yes
		}
	}
	if r.isData(c) {
		return unknown, no
	}
	for end := range side(2) {
		if c.mayBeServer(end) && (c.port(end) == portHabitual || r.servers.has(c.endpoint(end))) {
			return end, yes
		}
	}
	return unknown, perhaps
}

// judge takes an event of an undecided connection, and decides if it can.
func (r *Reader) judge(c *conn, from side, at *place, h happening) {
	if c.judged == nil {
		server, is := r.judgeEnds(c)
		switch {
		case is == no:
			r.leave(c, DataConnection)
			return
		case is == yes && (from == server || !mayBePreamble(h.bytes)):
			r.becomeControl(c, server)
			r.give(c, from, at, h)
			return
		}
		c.judged = &evidence{byPort: server}
	}
	v := c.judged
	h.bytes = bytes.Clone(h.bytes)
	v.held = append(v.held, held{*at, from, h})
	r.buffered += len(h.bytes) + segmentOverhead
	v.said[from] = append(v.said[from], h.bytes...)
	r.steps += int64(len(v.said[0]) + len(v.said[1]))

	server := v.server(c)
	full := r.buffered > maxBuffered || len(v.held) > maxPending
	if !v.proxied {
		p, is := findPreamble(v.said[server], v.said[1-server])
		switch {
		case is == yes:
			r.removePreamble(c, server, &p)
		case is == perhaps && !full && len(v.said[0]) <= maxPreamble && len(v.said[1]) <= maxPreamble:
			return
		}
	}
	if v.byPort != unknown {
		r.becomeControl(c, server)
		return
	}
	server = v.server(c)
	is, why := decide(v.said[server], v.said[1-server], c.opened)
	switch {
	case is == yes:
		r.recognise(c, server)
	case is == no:
		r.leave(c, why)
	case full, len(v.said[0]) > maxEvidence, len(v.said[1]) > maxEvidence:
		r.leave(c, TooLittle)
	case !v.listed:
		r.list(c, c.endpoint(server))
	}
}

// server returns the half that may be the server's: without a SYN the one that begins with
// a digit.
func (v *evidence) server(c *conn) side {
	switch {
	case v.byPort != unknown:
		return v.byPort
	case c.server != unknown:
		return c.server
	case startsWithDigit(v.said[1]), len(v.said[0]) > 0 && !startsWithDigit(v.said[0]):
		return 1
	}
	return 0
}

func startsWithDigit(b []byte) bool { return len(b) > 0 && isDigit(b[0]) }

// removePreamble removes the dialogue with a proxy from the evidence.
func (r *Reader) removePreamble(c *conn, server side, p *preamble) {
	v := c.judged
	v.proxied = true
	c.needTalk().proxied = p
	var left [2]int
	left[server], left[1-server] = p.length[byServer], p.length[byClient]
	for i := range v.said {
		v.said[i] = v.said[i][left[i]:]
	}
	r.buffered -= v.size()
	for i := range v.held {
		h := &v.held[i]
		n := min(left[h.from], len(h.bytes))
		left[h.from] -= n
		h.bytes = h.bytes[n:]
	}
	v.held = slices.DeleteFunc(v.held, func(h held) bool { return h.kind == transcript.Data && len(h.bytes) == 0 })
	r.buffered += v.size()
}

// list makes an undecided connection one of those that recognise finds by their server.
func (r *Reader) list(c *conn, under endpoint) {
	c.judged.listed, c.judged.under = true, under
	if r.undecided[under] == nil {
		r.undecided[under] = map[*conn]struct{}{}
	}
	r.undecided[under][c] = struct{}{}
}

func (r *Reader) unlist(c *conn) {
	if v := c.judged; v.listed {
		delete(r.undecided[v.under], c)
		if len(r.undecided[v.under]) == 0 {
			delete(r.undecided, v.under)
		}
		v.listed = false
	}
}

// recognise makes a control connection of c, and of all that have the same server and are
// undecided. From now on, all connections to that server are control connections. A proxy
// is not a server.
func (r *Reader) recognise(c *conn, server side) {
	proxied := c.judged.proxied
	r.becomeControl(c, server)
	if e := c.endpoint(server); !proxied && r.servers.add(e) {
		others := slices.Collect(maps.Keys(r.undecided[e]))
		slices.SortFunc(others, func(a, b *conn) int {
			return cmp.Compare(a.judged.held[0].number, b.judged.held[0].number)
		})
		for _, other := range others {
			server := side(0)
			if other.endpoint(1) == e {
				server = 1
			}
			r.becomeControl(other, server)
		}
	}
}

// wait keeps an undecided connection that has ended, because another connection may show
// that its server speaks FTP.
func (r *Reader) wait(c *conn, at *place) {
	if c.judged == nil || !c.judged.listed {
		if r.giveUp(c); c.state == control {
			r.close(c, at)
		}
		return
	}
	c.state = waiting
	h := held{*at, 0, happening{kind: transcript.Closed}}
	c.judged.held = append(c.judged.held, h)
	r.buffered += h.size()
}

// becomeControl passes on the events that were held.
func (r *Reader) becomeControl(c *conn, server side) {
	r.numbers++
	r.controls++
	c.state, c.server, c.number = control, server, r.numbers
	v := c.judged
	if v == nil {
		return
	}
	r.buffered -= v.size()
	r.unlist(c)
	c.judged = nil
	for i := range v.held {
		e := &v.held[i]
		r.give(c, e.from, &e.place, e.happening)
		if e.kind == transcript.Closed {
			r.controls--
			c.state = closed
		}
	}
}

// give makes an event ready.
func (r *Reader) give(c *conn, from side, at *place, h happening) {
	e := transcript.Event{
		Kind: h.kind, Conn: int(c.number), Side: transcript.Client, Time: at.time, Bytes: h.bytes, Lost: h.lost,
		Server: c.end(c.server), Client: c.end(1 - c.server), Record: at.number,
	}
	if from == c.server {
		e.Side = transcript.Server
	}
	if c.talk != nil && c.talk.proxied != nil {
		c.talk.proxied.address(&e)
	}
	switch h.kind {
	case transcript.Data:
		r.listen(c, from, h.bytes)
	case transcript.Gap:
		if c.talk != nil {
			c.talk.rest[from] = nil
		}
	}
	r.ready = append(r.ready, e)
}

type answer uint8

const (
	perhaps answer = iota
	yes
	no
)

// decide judges the first bytes of both sides. Both must look like FTP: the bytes of one
// side may be a file that holds a dialogue.
func decide(server, client []byte, fromStart bool) (is answer, why Reason) {
	if isTLS(server) || isTLS(client) {
		return no, Encrypted
	}
	switch {
	case !mayBeReply(server, fromStart), !mayBeCommands(client):
		return no, NotFTP
	case bytes.IndexByte(server, '\n') >= 0 && bytes.IndexByte(client, '\n') >= 0:
		return yes, examined
	}
	return perhaps, examined
}

// isTLS reports whether b begins with a handshake of TLS (RFC 8446, section 5.1).
func isTLS(b []byte) bool { return len(b) > 1 && b[0] == 0x16 && b[1] == 3 }

// mayBeReply reports whether a server may have begun with b. SMTP has the codes of FTP (RFC
// 5321, section 4.2). NNTP greets with others (RFC 3977, section 5.1).
func mayBeReply(b []byte, greeting bool) bool {
	line, _, whole := bytes.Cut(b, []byte{'\n'})
	switch {
	case len(line) > 0 && !isDigit(line[0]):
		return false
	case !whole:
		return true
	case len(line) < 4, !isDigit(line[1]), !isDigit(line[2]), !strings.ContainsRune(" -\r", rune(line[3])):
		return false
	case greeting && !isGreeting(string(line[:3])):
		return false
	}
	upper := bytes.ToUpper(line)
	return !bytes.Contains(upper, []byte("SMTP")) && !bytes.Contains(upper, []byte("LMTP"))
}

// isGreeting reports whether a server may begin with that code: one of RFC 959, section
// 5.4, or a refusal.
func isGreeting(code string) bool {
	return code == "120" || code == "220" || code[0] == '4' || code[0] == '5'
}

// mayBeCommands reports whether a client may have begun with b.
func mayBeCommands(b []byte) bool {
	for line := range bytes.Lines(b) {
		rest := bytes.TrimLeft(line, letters)
		verb := line[:len(line)-len(rest)]
		switch {
		case len(rest) == 0:
			return len(verb) <= maxVerb // there is more to come
		case !verbs[strings.ToUpper(string(verb))], !strings.ContainsRune(" \r\n", rune(rest[0])):
			return false
		}
	}
	return true
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// maxVerb is the length of the longest verb (RFC 959, section 5.3).
const maxVerb = 4

// verbs has the verbs of FTP. Some are verbs of SMTP, POP3 or NNTP, too.
var verbs = map[string]bool{
	"ABOR": true, "ACCT": true, "ADAT": true, "ALLO": true, "APPE": true, "AUTH": true, "CCC": true, "CDUP": true, "CLNT": true, "CSID": true,
	"CWD": true, "DELE": true, "EPRT": true, "EPSV": true, "FEAT": true, "HASH": true, "HELP": true, "HOST": true, "LANG": true, "LIST": true,
	"LPRT": true, "LPSV": true, "MDTM": true, "MFMT": true, "MKD": true, "MLSD": true, "MLST": true, "MODE": true, "NLST": true, "NOOP": true,
	"OPTS": true, "PASS": true, "PASV": true, "PBSZ": true, "PORT": true, "PROT": true, "PWD": true, "QUIT": true, "REIN": true, "REST": true,
	"RETR": true, "RMD": true, "RNFR": true, "RNTO": true, "SITE": true, "SIZE": true, "SMNT": true, "STAT": true, "STOR": true, "STOU": true,
	"STRU": true, "SYST": true, "TYPE": true, "USER": true, "XCRC": true, "XCUP": true, "XCWD": true, "XMD5": true, "XMKD": true, "XPWD": true,
	"XRMD": true,
}

func isDigit(c byte) bool { return c-'0' <= 9 }
