package probe

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/ftpreply/ftpreply"
)

// inject tests whether a server executes, under TLS, a command that arrived in clear text.
// It sends request, which begins with AUTH TLS, in one write, and puts hello before the
// ClientHello in one write. After the handshake it sends QUIT. If there are two replies
// under TLS, the server has executed a command from clear text.
//
// The connection is not linted or recorded, since no Session sends such bytes.
func (r *run) inject(ctx context.Context, request, hello string) {
	err := r.tryInjection(ctx, request, hello)
	var refusal *ftpreply.ReplyError
	switch {
	case err == nil:
	case ctx.Err() != nil:
		r.settle(ctx, err)
	case errors.As(err, &refusal) && refusal.NotImplemented():
		r.result.settle(NotSupported, unexpected{refusal}.Error())
	case errors.As(err, &refusal) && refusal.Code >= 400:
		r.result.settle(Refused, unexpected{refusal}.Error())
	case errors.Is(err, errInjected):
		r.result.settle(Failed, err.Error())
	default:
		r.result.settle(Skipped, err.Error())
	}
}

var errInjected = errors.New("the server executes a command that it received before TLS")

func (r *run) tryInjection(ctx context.Context, request, hello string) error {
	ctx, cancel := context.WithTimeout(ctx, r.config.Limits.Reply)
	defer cancel()
	r.report.Connections++
	conn, err := r.config.network.DialContext(ctx, "tcp", r.config.Address)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	parser := ftpreply.NewParser(io.LimitReader(conn, r.config.Limits.Bytes))
	expect := func(want ftpreply.Code) error {
		reply, err := parser.Next()
		for err == nil && reply.Code().Class() == ftpreply.Preliminary {
			reply, err = parser.Next()
		}
		return cmp.Or(err, reply.Expect(want))
	}
	if err := expect(ftpreply.CodeServiceReady); err != nil {
		return fmt.Errorf("no session: %w", err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return err
	}
	if err := expect(ftpreply.CodeAuthMechanismAccepted); err != nil {
		return err
	}
	// A server that refuses the handshake, or answers in clear text, executes nothing under TLS.
	config := r.tls().Clone()
	config.InsecureSkipVerify = true // no password is sent
	secured := tls.Client(&prefixed{Conn: conn, prefix: []byte(hello)}, config)
	if parser.Buffered() > 0 || secured.HandshakeContext(ctx) != nil {
		return nil
	}
	if _, err := io.WriteString(secured, "QUIT\r\n"); err != nil {
		return nil
	}
	parser = ftpreply.NewParser(io.LimitReader(secured, r.config.Limits.Bytes))
	first, err := parser.Next()
	if err != nil || first.Code() == ftpreply.CodeServiceClosingControlConnection {
		return nil
	}
	text := fmt.Sprintf("%s %.120q", first.Code().String(), first.Text())
	if _, err := parser.Next(); err != nil {
		return nil
	}
	return fmt.Errorf("%w, with the reply %s", errInjected, text)
}

// A prefixed puts a prefix before the bytes of the first Write.
type prefixed struct {
	net.Conn
	prefix []byte
}

func (p *prefixed) Write(b []byte) (int, error) {
	n := len(p.prefix)
	if n == 0 {
		return p.Conn.Write(b)
	}
	b = append(p.prefix, b...)
	p.prefix = nil
	sent, err := p.Conn.Write(b)
	return max(sent-n, 0), err
}
