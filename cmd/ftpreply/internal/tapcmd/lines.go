package tapcmd

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A lineWatcher finds the lines that begin with one of some words in the bytes that it passes on.
type lineWatcher struct {
	words []string // in upper case
	hold  bool     // hold such a line until it is complete, and replace it
	whole func(line []byte) []byte

	line []byte // incomplete line that may begin with a word
	skip bool   // in the rest of another line
}

// maxLine is the length up to which a line is held.
const maxLine = 4096

// pass returns the bytes to pass on. They are b itself unless lines are held.
func (w *lineWatcher) pass(b []byte) []byte {
	var out []byte
	for rest := b; len(rest) > 0; {
		n := bytes.IndexByte(rest, '\n') + 1
		complete := n > 0
		if !complete {
			n = len(rest)
		}
		piece := rest[:n]
		rest = rest[n:]
		if !w.skip {
			w.line = append(w.line, piece...)
			match := w.matches()
			if !complete && match && len(w.line) <= maxLine {
				break // the rest of the line is still to come
			}
			piece = w.line
			if complete && match {
				piece = w.whole(w.line)
			}
			w.line = w.line[:0]
		}
		w.skip = !complete
		if w.hold {
			out = append(out, piece...)
		}
	}
	if !w.hold {
		return b
	}
	return out
}

// matches reports whether the line begins with a word, as far as it has come.
func (w *lineWatcher) matches() bool {
	for _, word := range w.words {
		n := min(len(word), len(w.line))
		if strings.EqualFold(string(w.line[:n]), word[:n]) {
			return true
		}
	}
	return false
}

// atStart reports whether the next byte begins a line.
func (w *lineWatcher) atStart() bool { return !w.skip && len(w.line) == 0 }

// flush returns the bytes that are held, and forgets them.
func (w *lineWatcher) flush() []byte {
	held := w.line
	w.line = nil
	if !w.hold {
		return nil
	}
	return held
}

// commandLine reads a command about a data connection, and returns the line to send instead.
func (r *relay) commandLine(line []byte) []byte {
	verb, argument, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
	switch verb = strings.ToUpper(verb); verb {
	case "PASV", "EPSV":
		r.passive = true
	case "PORT", "EPRT":
		if !r.rewrite {
			break
		}
		// A server that connects to a third host is not relayed, nor does the tap connect there.
		to, err := payload.ParsePort(verb, []byte(argument))
		here := addrPort(r.server.LocalAddr()).Addr()
		if err != nil || to.Addr().Unmap() != r.clientAddr.Addr() || verb == "PORT" && !here.Is4() {
			break
		}
		at, err := r.listen(netip.AddrPortFrom(here, 0), activeMode, to)
		if err != nil {
			r.report.complain(r.number, err)
			break
		}
		return []byte(portCommand(verb, at))
	}
	return line
}

// portCommand returns a PORT or an EPRT (RFC 2428, section 2).
func portCommand(verb string, at netip.AddrPort) string {
	if verb == "PORT" {
		host := strings.ReplaceAll(at.Addr().String(), ".", ",")
		return fmt.Sprintf("PORT %s,%d,%d\r\n", host, at.Port()>>8, at.Port()&0xff)
	}
	family := 1
	if at.Addr().Is6() {
		family = 2
	}
	return fmt.Sprintf("EPRT |%d|%v|%d|\r\n", family, at.Addr(), at.Port())
}

// replyLine reads the reply to PASV or EPSV, and returns the line to send instead. The tap
// connects to the server itself, even if the reply names another host.
func (r *relay) replyLine(line []byte) []byte {
	if !r.passive {
		return line
	}
	reply, err := ftpreply.Parse(line)
	if err != nil {
		return line
	}
	passive, err := payload.ParsePassive(reply)
	if err != nil {
		return line
	}
	r.passive = false
	to := netip.AddrPortFrom(r.serverAddr.Addr(), passive.Port)
	here := addrPort(r.client.LocalAddr()).Addr()
	if !r.rewrite {
		// If the port is taken, the server itself listens there.
		r.listen(netip.AddrPortFrom(here, passive.Port), passiveMode, to)
		return line
	}
	if reply.Code() == ftpreply.CodeEnteringPassiveMode && !here.Is4() {
		return line
	}
	at, err := r.listen(netip.AddrPortFrom(here, 0), passiveMode, to)
	if err != nil {
		r.report.complain(r.number, err)
		return line
	}
	if reply.Code() == ftpreply.CodeEnteringPassiveMode {
		line, err = payload.AppendPASV(nil, at)
	} else {
		line, err = payload.AppendEPSV(nil, at.Port())
	}
	if err != nil {
		r.report.complain(r.number, err)
	}
	return line
}
