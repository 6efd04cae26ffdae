package clients

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"
)

// A place is the point of the session at which a vector is sent.
type place string

const (
	asGreeting place = "greeting" // instead of the 220 at the beginning
	asReply    place = "reply"    // instead of the reply to the first command after the login that accepts any 2yz
)

var places = []place{asGreeting, asReply}

const (
	// between is the pause between the segments of a vector.
	between = 50 * time.Millisecond

	// hold is how long the server delays its first answer after the vector. A client
	// that sends its next command during this time has taken something else for the
	// answer. It is more than a second because curl may look at its input only once a
	// second.
	hold = 1500 * time.Millisecond
)

// A script is the session that the server plays to one client: a clean session with some
// replies replaced.
type script struct {
	place place
	probe string // the verb whose reply the first part replaces, if the place is asReply

	// parts replace the replies to successive commands. Each part is a list of the
	// segments to send.
	parts [][][]byte
	eof   bool // the server closes the connection after the last part

	patience time.Duration // how long a client may do nothing before it counts as waiting
}

// size returns the number of bytes in the parts.
func (s *script) size() (n int) {
	for _, part := range s.parts {
		for _, segment := range part {
			n += len(segment)
		}
	}
	return n
}

// A trace records the actions of the client from the first part on.
type trace struct {
	verbs []string // of its commands
	early int      // the number of commands sent when it first went on without an answer; 0 if it never did
	ended bool     // the client closed the connection; otherwise it waits
}

// answers maps a verb to its reply in a clean session.
var answers = map[string]string{
	"USER": "331 password",
	"PASS": "230 in",
	"SYST": "215 UNIX Type: L8",
	"FEAT": "211-Features\r\n UTF8\r\n211 End",
	"PWD":  `257 "/" is current`,
	"CWD":  "250 there",
	"TYPE": "200 type",
	"OPTS": "200 option",
	"NOOP": "200 nothing",
	"SIZE": "213 1",
	"MDTM": "213 20240101000000",
	"REST": "350 restart",
	"QUIT": "221 bye",
}

func answer(verb string) string {
	if text, ok := answers[verb]; ok {
		return text + "\r\n"
	}
	return "502 " + verb + " is not implemented\r\n"
}

// cleanGreeting is the first reply of a clean session.
const cleanGreeting = "220 ready\r\n"

// play plays the script on a connection, until the client closes it or waits too long.
func (s *script) play(conn net.Conn) trace {
	p := &player{script: s, conn: conn, rest: s.parts}
	commands, done := make(chan string), make(chan struct{})
	defer close(done)
	go readVerbs(conn, commands, done)

	if s.place == asGreeting {
		p.sendPart()
	} else {
		p.send(cleanGreeting)
	}
	for {
		select {
		case verb, ok := <-commands:
			p.goesOn()
			if !ok {
				p.trace.ended = true
				return p.trace
			}
			p.command(verb)
		case <-time.After(p.wait()):
			if len(p.held) == 0 {
				return p.trace
			}
			p.release()
		}
	}
}

// A player holds the state of a script during its session.
type player struct {
	*script
	conn     net.Conn
	rest     [][][]byte // parts to be sent
	begun    bool       // the first part was sent
	held     []string   // verbs whose answers are kept back
	released bool       // answers are given at once
	trace    trace
}

// wait returns how long to wait for the next command.
func (p *player) wait() time.Duration {
	if len(p.held) > 0 {
		return hold
	}
	return p.patience
}

func (p *player) send(text string) {
	p.conn.SetWriteDeadline(time.Now().Add(p.patience))
	p.conn.Write([]byte(text)) // if the client has stopped reading, the trace shows it
}

func (p *player) sendPart() {
	p.begun = true
	for i, segment := range p.rest[0] {
		if i > 0 {
			p.pause()
		}
		p.send(string(segment))
	}
	p.rest = p.rest[1:]
	if len(p.rest) == 0 && p.eof {
		p.conn.(*net.TCPConn).CloseWrite()
	}
}

// pause lets the client read what was sent, so that the next segment is read by itself.
func (p *player) pause() {
	until := time.Now().Add(p.patience)
	time.Sleep(between)
	for p.unread() && time.Now().Before(until) {
		time.Sleep(between / 10)
	}
}

// unread reports whether the client's socket holds unread bytes. It is always false on
// systems other than Linux.
func (p *player) unread() bool {
	sockets, _ := os.ReadFile("/proc/net/tcp")
	port := func(a net.Addr) string { return fmt.Sprintf(":%04X", a.(*net.TCPAddr).Port) }
	client, server := port(p.conn.RemoteAddr()), port(p.conn.LocalAddr())
	for socket := range strings.Lines(string(sockets)) {
		f := strings.Fields(socket) // number, local, remote, state, tx_queue:rx_queue
		if len(f) > 4 && strings.HasSuffix(f[1], client) && strings.HasSuffix(f[2], server) {
			return !strings.HasSuffix(f[4], ":00000000")
		}
	}
	return false
}

// goesOn records that the client went on without an answer. A client need not wait for the
// answer to QUIT.
func (p *player) goesOn() {
	if p.trace.early == 0 && len(p.held) > 0 && p.held[0] != "QUIT" {
		p.trace.early = len(p.trace.verbs)
	}
}

// command answers a command of the client, or delays the answer.
func (p *player) command(verb string) {
	switch {
	case !p.begun && verb == p.probe:
		p.sendPart()
		return
	case !p.begun:
		p.send(answer(verb))
		return
	}
	p.trace.verbs = append(p.trace.verbs, verb)
	switch {
	case len(p.rest) > 0:
		p.sendPart()
	case p.eof:
	case p.released:
		p.send(answer(verb))
	default:
		p.held = append(p.held, verb)
	}
}

// release sends the delayed answers.
func (p *player) release() {
	for _, verb := range p.held {
		p.send(answer(verb))
	}
	p.held, p.released = nil, true
}

// withoutTelnet removes the answers to the Telnet options of some vectors from the start
// of a line.
func withoutTelnet(line string) string {
	for len(line) >= 3 && line[0] == 0xff {
		line = line[3:]
	}
	return line
}

// readVerbs sends the verb of each command to the channel, and closes it after the last.
func readVerbs(conn net.Conn, commands chan<- string, done <-chan struct{}) {
	defer close(commands)
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		words := strings.Fields(withoutTelnet(lines.Text()))
		if len(words) == 0 {
			continue
		}
		select {
		case commands <- strings.ToUpper(words[0]):
		case <-done:
			return
		}
	}
}

// outcome compares the trace with the commands of a clean session. It returns one of the
// outcomes in the package documentation, with the verbs that the client sent.
func (t trace) outcome(clean []string) string {
	afterLogin := t.afterLogin(clean)
	switch {
	case afterLogin >= 0:
		return t.describe("no password", afterLogin+1)
	case t.early > 0:
		return t.describe("desynchronizes", t.early)
	case !t.ended:
		return t.describe("waits", len(t.verbs))
	case !slices.Equal(t.verbs, clean) && t.endsAs(clean):
		return t.describe("detour", len(t.verbs))
	case !slices.Equal(t.verbs, clean):
		return t.describe("fails", len(t.verbs))
	}
	return "ok"
}

// endsAs reports whether the trace ends with the same commands as the clean session.
func (t trace) endsAs(clean []string) bool {
	n := min(len(clean), 3)
	return len(t.verbs) >= n && slices.Equal(t.verbs[len(t.verbs)-n:], clean[len(clean)-n:])
}

// afterLogin returns the index of the first command that belongs after the login if no PASS
// precedes it, and -1 otherwise.
func (t trace) afterLogin(clean []string) int {
	login := slices.Index(clean, "PASS")
	if login < 0 {
		return -1
	}
	i := slices.IndexFunc(t.verbs, func(verb string) bool {
		return verb == "PASS" || verb != "QUIT" && slices.Contains(clean[login+1:], verb)
	})
	if i >= 0 && t.verbs[i] == "PASS" {
		return -1
	}
	return i
}

func (t trace) describe(word string, n int) string {
	if n == 0 {
		return word
	}
	return word + ": " + strings.Join(t.verbs[:n], " ")
}
