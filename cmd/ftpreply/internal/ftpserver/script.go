package ftpserver

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// A Script has the departures of a session from the RFCs.
type Script struct {
	Changes []Change
	// Sink adds a listener on 127.0.0.2 for each passive port, with the same port. A client
	// that connects to it followed the address of a 227.
	Sink     bool
	TLSFault TLSFault
}

// A TLSFault is a departure in the TLS handshake of the control connection.
type TLSFault uint8

// The faults.
const (
	CloseInHandshake TLSFault = iota + 1
	ExpiredCertificate
	OtherNameCertificate
)

// A Change replaces one reply, once in a session.
type Change struct {
	At         string // the verb of the command that is answered; "" is the greeting
	Final      bool   // the reply after the preliminary reply of a transfer, otherwise the first reply
	Send       []Part // sent in place of the reply; empty means no reply
	Then       Then
	Hold       bool    // hold back the answer to the next command, to see whether the client waits for it
	Data       *string // sent on the data connection in place of the data; nil changes nothing
	NoData     bool    // close the data connection without any data
	NoTransfer bool    // the reply ends the command, without a transfer
}

// A Part is a part of a changed reply.
type Part struct {
	// Text may contain {reply}, the correct reply; {p1}, {p2} and {port}, the passive port of
	// the session, and {host}, the address of the server with commas.
	Text     string
	Repeat   int  // how often the text is sent; 0 means once, Endless until the client closes
	Pause    bool // wait for Waits.Pause before the text
	Long     bool // wait for Waits.Long before the text
	Bytewise bool // send each byte by itself, with Waits.Pause between the first bytes
}

// Endless as Part.Repeat repeats a text until the client closes the connection, or until
// [EndlessBytes] are sent.
const Endless = -1

// EndlessBytes bounds an endless reply.
const EndlessBytes = 256 << 20

// A Then says how a session continues after a changed reply.
type Then uint8

const (
	Go      Then = iota // the session continues
	Close               // the server closes the control connection
	Silence             // the server sends nothing any more
)

// take returns the change for a reply, and removes it.
func (s *session) take(verb string, final bool) (c Change, ok bool) {
	for i, c := range s.changes {
		if c.At == verb && c.Final == final {
			s.changes = append(s.changes[:i:i], s.changes[i+1:]...)
			return c, true
		}
	}
	return Change{}, false
}

// play sends the parts of a change in place of the reply.
func (s *session) play(c Change, reply string) error {
	s.record.Departed = true
	s.record.after = len(s.record.Commands)
	s.playing = true
	defer func() { s.playing = false }()
	replacer := strings.NewReplacer("{reply}", reply,
		"{p1}", fmt.Sprint(s.passivePort/256), "{p2}", fmt.Sprint(s.passivePort%256), "{port}", fmt.Sprint(s.passivePort),
		"{host}", commas(s.local.Addr()))
	for _, p := range c.Send {
		switch {
		case p.Long:
			if err := s.wait(s.waits.Long); err != nil {
				return err
			}
		case p.Pause:
			if err := s.wait(s.waits.Pause); err != nil {
				return err
			}
		}
		if err := s.sendPart(p, []byte(replacer.Replace(p.Text))); err != nil {
			return err
		}
	}
	s.hold = c.Hold
	if c.At == "USER" && len(c.Send) > 0 && strings.HasPrefix(c.Send[0].Text, "230") {
		s.loggedIn = true
	}
	switch c.Then {
	case Close:
		return errOver
	case Silence:
		s.silent = true
	}
	return nil
}

// wait waits before a part.
func (s *session) wait(d time.Duration) error {
	if !s.server.sleep(d) {
		return errOver
	}
	return nil
}

func (s *session) sendPart(p Part, text []byte) error {
	if p.Bytewise {
		const paused = 40 // more pauses only make the case slow
		for i := range text {
			if i > 0 && i < paused {
				if err := s.wait(s.waits.Pause); err != nil {
					return err
				}
			}
			if err := s.write(text[i : i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	n := max(1, p.Repeat)
	if p.Repeat == Endless {
		n = EndlessBytes / max(1, len(text))
	}
	const chunk = 64 << 10 // one write has many repetitions
	per := max(1, min(n, chunk/max(1, len(text))))
	block := bytes.Repeat(text, per)
	for n >= per {
		if err := s.write(block); err != nil {
			return err
		}
		n -= per
	}
	return s.write(block[:n*len(text)])
}

// commas writes an IPv4 address as PASV does; an IPv6 address as 127,0,0,1.
func commas(a netip.Addr) string {
	if !a.Is4() {
		return "127,0,0,1"
	}
	return strings.ReplaceAll(a.String(), ".", ",")
}

// sinkAddress is the address of the listener that no client may connect to.
func sinkAddress(port uint16) string { return net.JoinHostPort("127.0.0.2", fmt.Sprint(port)) }
