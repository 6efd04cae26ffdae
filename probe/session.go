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
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/lint"
)

// Options configure a [Session]. The zero Options are the default.
type Options struct {
	Limits    Limits
	TLS       *tls.Config          // for [Session.StartTLS]; nil means an empty one
	Recording *Recording           // of the control connection; nil for none
	Secrets   control.SecretPolicy // how the Recording and findings show passwords

	// Reply, unless nil, is called with each reply when its last byte has arrived. The
	// reply is valid until Reply returns.
	Reply func(ftpreply.Reply)
	// Report, unless nil, is called with each finding of package lint. The Diagnostic
	// is valid until Report returns.
	Report func(*lint.Diagnostic)

	network network // nil means TCP
}

// A network opens and accepts connections. Tests have one in memory.
type network interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
	Listen(ctx context.Context, network, address string) (net.Listener, error)
}

type tcp struct {
	net.Dialer
	net.ListenConfig
}

// A Session is the client side of one control connection. It frames replies with
// ftpreply.Framer, pairs them with commands by dialogue.Sequencer, and gives every byte
// to a control.Conn with a lint.Linter, and to the Recording. It is not safe for concurrent use. After an error of
// any method the caller must close the Session.
type Session struct {
	// Control reads the same bytes as the Session. The caller must not change it.
	Control *control.Conn

	options Options
	conn    net.Conn // the TCP connection
	stream  net.Conn // the same, or TLS over it
	private bool     // data connections use TLS (RFC 4217, section 9)
	track   track

	framer    ftpreply.Framer
	window    []byte // received, and not yet part of a reply
	sequencer dialogue.Sequencer

	// Since the latest call that sent something:
	replies  []ftpreply.Reply
	sent     int   // commands
	empty    int   // empty lines that may still get a reply
	finals   int   // final replies
	whole    int   // how many of replies answer the commands; 0 while finals < sent
	received int64 // bytes

	total  int64 // replies since the beginning
	bye    bool  // the latest final reply announced the end of the connection
	closed error // why nothing more can be read or written
}

// Dial connects to the TCP address, host and port. It does not read the greeting.
func Dial(ctx context.Context, address string, o Options) (*Session, error) {
	if o.network == nil {
		o.network = &tcp{}
	}
	ctx, cancel := context.WithTimeout(ctx, o.Limits.withDefaults().Reply)
	defer cancel()
	conn, err := o.network.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return NewSession(conn, o), nil
}

// NewSession returns a Session over conn and owns conn from then on.
func NewSession(conn net.Conn, o Options) *Session {
	o.Limits = o.Limits.withDefaults()
	if o.network == nil {
		o.network = &tcp{}
	}
	s := &Session{options: o, conn: conn, stream: conn, track: newTrack(o.Recording)}
	rules := &lint.Linter{Peer: addressOf(conn.RemoteAddr()), Report: o.Report}
	s.Control = &control.Conn{Secrets: o.Secrets, Handle: rules.Item}
	return s
}

func addressOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// An Answer holds copies of the replies to one call: preliminary replies first, then the
// final one. Of more than 100 replies it lacks some before the last.
type Answer []ftpreply.Reply

// Final returns the last reply, or a Reply with code 0 if the last one is preliminary or
// missing.
func (a Answer) Final() (r ftpreply.Reply) {
	if len(a) > 0 && a[len(a)-1].Code().Class() != ftpreply.Preliminary {
		r = a[len(a)-1]
	}
	return r
}

// refuses reports whether the last reply is a negative one.
func (a Answer) refuses() bool { return a.Final().Code() >= 400 }

// Greeting waits for the reply that the server sends first (RFC 959, section 5.4).
func (s *Session) Greeting(ctx context.Context) (Answer, error) {
	return s.await(ctx, s.options.Limits.Reply, func() bool { return s.finals > 0 })
}

// Do sends a command line, without its line ending, and waits for the final reply. A line
// with CR LF inside is several commands sent in one write; the Answer then has the
// replies to all of them.
func (s *Session) Do(ctx context.Context, line string) (Answer, error) {
	s.forget()
	if err := s.send(ctx, line); err != nil {
		return nil, err
	}
	return s.finish(ctx)
}

// forget drops the replies to earlier commands.
func (s *Session) forget() { s.replies, s.sent, s.empty, s.finals, s.whole = nil, 0, 0, 0, 0 }

// finish waits until every command has its final reply, or until the sequencer expects no
// more of them (after a 421, for example).
func (s *Session) finish(ctx context.Context) (Answer, error) {
	a, err := s.await(ctx, s.options.Limits.Reply, func() bool { return s.finals >= s.sent || s.sequencer.Owed() == 0 })
	if s.whole > 0 {
		a = a[:s.whole]
	}
	return a, err
}

// Linger waits for unsolicited replies for the duration d, and returns all replies since
// the last command. It is not an error if none comes or the connection ends.
func (s *Session) Linger(ctx context.Context, d time.Duration) (Answer, error) {
	a, err := s.await(ctx, d, func() bool { return false })
	if errors.Is(err, ErrNoReply) || errors.Is(err, ErrClosed) {
		err = nil
	}
	return a, err
}

// Aligned reports whether the next reply will answer the next command: the Session is
// open, each command has exactly one final reply, and no reply is incomplete.
func (s *Session) Aligned() bool {
	return s.Open() && len(s.window) == 0 && s.sequencer.Owed() == 0 && s.sequencer.Aligned()
}

// Open reports whether the server has neither closed the connection nor announced it.
func (s *Session) Open() bool { return s.closed == nil && !s.bye }

// Close closes the connection. It also ends the linting, so Report may be called.
func (s *Session) Close() error {
	s.track.flush(s.Control)
	s.Control.Close(control.RecordingEnds)
	return s.conn.Close()
}

// send sends a command line, or several with CR LF between them.
func (s *Session) send(ctx context.Context, line string) error {
	if s.closed != nil {
		return s.closed
	}
	defer s.bound(ctx, s.options.Limits.Reply)()
	text := []byte(line + "\r\n")
	n, err := s.stream.Write(text)
	now := time.Now()
	s.Control.Private = s.secure()
	s.Control.Client(text[:n], now)
	s.track.client(s.Control, text[:n], s.secure(), now)
	for command := range strings.SplitSeq(line, "\r\n") {
		if verb, argument, _ := strings.Cut(strings.TrimPrefix(command, telnetSynch), " "); command != "" {
			s.sequencer.Command(verb, argument)
			s.sent++
		} else {
			s.empty++
		}
	}
	s.received = 0
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.fail(err)
	return s.closed
}

// telnetSynch are Telnet's IP and DM, which RFC 959 section 4.1.3 puts before an ABOR.
const telnetSynch = "\xff\xf4\xff\xf2"

// fail records why the connection cannot be used any more. A nil error changes nothing.
func (s *Session) fail(err error) {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err // without the addresses
	}
	if err != nil {
		s.closed = fmt.Errorf("%w: %w", ErrClosed, err)
	}
}

// bound makes reading and writing fail after d, or when ctx is done. The caller calls the
// returned function afterwards; from then on ctx has no effect.
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

// await reads until enough returns true, for at most d. When it returns, all findings about
// the bytes read have been reported.
func (s *Session) await(ctx context.Context, d time.Duration, enough func() bool) (Answer, error) {
	defer s.Control.Flush()
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
		if n > 0 {
			s.hear(buffer[:n])
		}
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

// hear takes bytes that the server has sent.
func (s *Session) hear(b []byte) {
	now := time.Now()
	s.received += int64(len(b))
	s.Control.Private = s.secure()
	s.Control.Server(b, now)
	s.track.server(s.Control, b, s.secure(), now)
	s.window = append(s.window, b...)
	consumed := 0
	for {
		reply, n, err := s.framer.Next(s.window[consumed:], false)
		consumed += n
		if errors.Is(err, ftpreply.ErrShort) {
			break
		}
		if err == nil {
			s.note(reply)
		}
	}
	if consumed > 0 {
		s.window = append(s.window[:0], s.window[consumed:]...)
	}
}

// note keeps a copy of a reply.
func (s *Session) note(reply ftpreply.Reply) {
	code := reply.Code()
	if s.empty > 0 && s.sequencer.Owed() == 0 {
		s.empty-- // some servers answer an empty line, and some do not
	} else {
		s.sequencer.Reply(code)
	}
	s.total++
	if code.Class() != ftpreply.Preliminary {
		s.finals++
		s.bye = code == ftpreply.CodeServiceNotAvailable || code == ftpreply.CodeServiceClosingControlConnection
	}
	if len(s.replies) == maxReplies {
		s.replies = s.replies[:maxReplies-1]
	}
	s.replies = append(s.replies, reply.Clone())
	if s.finals == s.sent && s.whole == 0 {
		s.whole = len(s.replies)
	}
	if s.options.Reply != nil {
		s.options.Reply(reply)
	}
}
