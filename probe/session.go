package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// Options say how a [Session] behaves, and whom it tells. The zero Options are the
// default.
type Options struct {
	Limits    Limits
	TLS       *tls.Config            // for [Session.StartTLS]; nil stands for an empty one
	Recording *Recording             // of the control connection, or nil
	Secrets   control.SecretPolicy   // what the Recording and findings show of passwords
	Item      func(*control.Item)    // called with every Item of the control connection, unless nil
	Report    func(*lint.Diagnostic) // called with every finding, unless nil
}

// A Session is the user-PI of one control connection. It is not safe for concurrent
// use. Whatever error a method returns, the session is to be closed.
type Session struct {
	// Control reads the control connection. It is read-only.
	Control *control.Conn

	options Options
	conn    net.Conn // the TCP connection
	stream  net.Conn // the same, or TLS over it
	private bool     // the data connections are TLS (RFC 4217, section 9)
	track   track

	replies  []ftpreply.Reply // to what was sent last
	sent     int              // commands since then, those included
	finals   int              // final replies since then
	whole    int              // how many of the replies answer the commands; 0 while there are too few
	received int64            // bytes since then
	bye      bool             // the server has announced the end of the connection
	total    int64            // bytes since the beginning
	end      int64            // of the latest reply
	closed   error            // why nothing more can be read or written
}

// Dial connects to the TCP address, host and port. The greeting is still to be read.
func Dial(ctx context.Context, address string, o Options) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Limits.withDefaults().Reply)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return NewSession(conn, o), nil
}

// NewSession makes a session of a connection, which it then owns.
func NewSession(conn net.Conn, o Options) *Session {
	o.Limits = o.Limits.withDefaults()
	s := &Session{options: o, conn: conn, stream: conn, track: newTrack(o.Recording)}
	rules := &lint.Linter{Peer: addressOf(conn.RemoteAddr()), Report: o.Report}
	s.Control = &control.Conn{Secrets: o.Secrets, Handle: func(it *control.Item) {
		s.note(it)
		rules.Item(it)
	}}
	return s
}

func addressOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// note keeps the replies.
func (s *Session) note(it *control.Item) {
	switch it.Kind {
	case control.ReplyItem, control.ErrorItem, control.TLSItem:
		s.end = it.End
	}
	if it.Kind == control.ReplyItem {
		if code := it.Reply.Code(); code.Class() != ftpreply.Preliminary {
			s.finals++
			s.bye = code == ftpreply.CodeServiceNotAvailable || code == ftpreply.CodeServiceClosingControlConnection
		}
		if len(s.replies) == maxReplies {
			s.replies = s.replies[:maxReplies-1]
		}
		s.replies = append(s.replies, it.Reply.Clone())
		if s.finals == s.sent && s.whole == 0 {
			s.whole = len(s.replies)
		}
	}
	if s.options.Item != nil {
		s.options.Item(it)
	}
}

// An Answer is what the server-PI said to what was sent last: copies of the replies.
// Of very many some in the middle are left out.
type Answer []ftpreply.Reply

// Final is the last reply if that is not a preliminary one; otherwise its code is 0.
func (a Answer) Final() (r ftpreply.Reply) {
	if len(a) > 0 && a[len(a)-1].Code().Class() != ftpreply.Preliminary {
		r = a[len(a)-1]
	}
	return r
}

// refuses reports whether the last reply is a negative one.
func (a Answer) refuses() bool { return a.Final().Code() >= 400 }

// Greeting waits for the reply that the server-PI speaks first (RFC 959, section 5.4).
func (s *Session) Greeting(ctx context.Context) (Answer, error) {
	return s.await(ctx, s.options.Limits.Reply, func() bool { return s.finals > 0 })
}

// Do sends a command line, which has no line end, and waits for its final reply. The
// line may hold CR LF: then it is several commands in one piece, and the answer has
// the replies to all.
func (s *Session) Do(ctx context.Context, line string) (Answer, error) {
	s.forget()
	if err := s.send(ctx, line); err != nil {
		return nil, err
	}
	return s.finish(ctx)
}

// forget makes the command that is sent next the first one.
func (s *Session) forget() { s.replies, s.sent, s.finals, s.whole = nil, 0, 0, 0 }

// finish waits until there are as many final replies as commands. Fewer will do where the
// linter knows that no more are owed, as behind a 421.
func (s *Session) finish(ctx context.Context) (Answer, error) {
	a, err := s.await(ctx, s.options.Limits.Reply, func() bool { return s.finals >= s.sent || s.Control.Stats.Owed == 0 })
	if s.whole > 0 {
		a = a[:s.whole]
	}
	return a, err
}

// begin waits for the first reply to a transfer.
func (s *Session) begin(ctx context.Context) (Answer, error) {
	return s.await(ctx, s.options.Limits.Reply, func() bool { return len(s.replies) > 0 })
}

// Linger waits for that long for replies that nobody has asked for, and returns all since the
// last command was sent. That none comes, or the connection ends, is no error.
func (s *Session) Linger(ctx context.Context, d time.Duration) (Answer, error) {
	a, err := s.await(ctx, d, func() bool { return false })
	if errors.Is(err, ErrNoReply) || errors.Is(err, ErrClosed) {
		err = nil
	}
	return a, err
}

// Aligned reports whether the session can go on: it is [Session.Open], no reply is missing
// or incomplete, and none came too many.
func (s *Session) Aligned() bool {
	stats := &s.Control.Stats
	return s.Open() && s.end == s.total && stats.Owed == 0 && (stats.Aligned || stats.Commands == 0)
}

// Open reports whether the server has neither closed the connection nor said that it will.
func (s *Session) Open() bool { return s.closed == nil && !s.bye }

// Close closes the connection and ends its linting: that a reply is owed is reported now.
func (s *Session) Close() error {
	s.track.flush(s.Control)
	s.Control.Close(control.RecordingEnds)
	return s.conn.Close()
}

// send sends a command line, or several.
func (s *Session) send(ctx context.Context, line string) error {
	if s.closed != nil {
		return s.closed
	}
	for command := range strings.SplitSeq(line, "\r\n") {
		if command != "" {
			s.sent++
		}
	}
	defer s.bound(ctx, s.options.Limits.Reply)()
	text := []byte(line + "\r\n")
	n, err := s.stream.Write(text)
	now := time.Now()
	s.Control.Private = s.secure()
	s.Control.Client(text[:n], now)
	s.track.client(s.Control, text[:n], s.secure(), now)
	s.received = 0
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.fail(err)
	return s.closed
}

// fail notes that the connection cannot be used any more.
func (s *Session) fail(err error) {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err // without the addresses
	}
	if err != nil {
		s.closed = fmt.Errorf("%w: %w", ErrClosed, err)
	}
}

// bound lets reading and writing end after d, or when ctx is done. The function that it
// returns is to be called when they have; behind it ctx ends nothing any more.
func (s *Session) bound(ctx context.Context, d time.Duration) (release func()) {
	s.conn.SetDeadline(time.Now().Add(d))
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		s.conn.SetDeadline(time.Unix(1, 0))
		close(ended)
	})
	return func() {
		if !stop() {
			<-ended
		}
	}
}

// await reads until enough has come, for at most d.
func (s *Session) await(ctx context.Context, d time.Duration, enough func() bool) (Answer, error) {
	defer s.bound(ctx, d)()
	buffer := make([]byte, 4096)
	for !enough() {
		switch {
		case ctx.Err() != nil:
			return s.replies, ctx.Err()
		case s.closed != nil:
			return s.replies, s.closed
		case s.received > s.options.Limits.Bytes:
			return s.replies, ErrTooMuch
		}
		n, err := s.stream.Read(buffer)
		s.hear(buffer[:n])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			if ctx.Err() == nil && !enough() {
				return s.replies, ErrNoReply
			}
			continue
		}
		s.fail(err)
	}
	return s.replies, nil
}

// hear takes what the server-PI has sent.
func (s *Session) hear(b []byte) {
	if len(b) == 0 {
		return
	}
	now := time.Now()
	s.received += int64(len(b))
	s.total += int64(len(b))
	s.Control.Private = s.secure()
	s.Control.Server(b, now)
	s.track.server(s.Control, b, s.secure(), now)
}
