package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A Transfer is a command that needs a data connection.
type Transfer struct {
	Opener  string // EPSV, PASV, EPRT or PORT; what stands behind it is added
	Command string
	Upload  []byte // what to send; nil is to receive
	Restart string // the argument of a REST before the command, or ""
	During  string // a command to send while the data connection is open, or ""
}

// A Transferred is what came of a [Transfer].
type Transferred struct {
	Opening Answer // to the Opener, or to REST if that failed
	Answer  Answer // to the command
	Data    []byte // received, as much as the limit allows
	Err     error  // why the data connection failed; the control connection may be in order
}

// Transfer opens a data connection, sends the command, moves the data, and waits for the
// final reply. A refusal by the server is no error; Err of the result is about the data
// connection alone.
func (s *Session) Transfer(ctx context.Context, t Transfer) (done Transferred, err error) {
	data, done, err := s.open(ctx, t)
	if data == nil {
		return done, err
	}
	defer data.Close()
	limit, cancel := context.WithTimeout(ctx, s.options.Limits.Transfer)
	defer cancel()
	s.forget()
	if err := s.send(ctx, t.Command); err != nil {
		return done, err
	}
	if done.Answer, err = s.begin(ctx); err != nil || done.Answer.refuses() {
		return done, err
	}
	done.Data, done.Err = s.move(limit, data, t)
	data.Close()
	done.Answer, err = s.finish(ctx)
	return done, err
}

// open sends what comes before the command.
func (s *Session) open(ctx context.Context, t Transfer) (*dataConn, Transferred, error) {
	host := addressOf(s.conn.RemoteAddr())
	if !host.IsValid() {
		return nil, Transferred{Err: ErrNoHost}, nil
	}
	data := &dataConn{server: host}
	line := t.Opener
	if active(t.Opener) {
		if err := data.listen(ctx, s.conn.LocalAddr()); err != nil {
			return nil, Transferred{Err: err}, nil
		}
		line += " " + portArgument(t.Opener, data.listener.Addr())
	}
	answer, err := s.Do(ctx, line)
	done := Transferred{Opening: answer}
	if err != nil || answer.refuses() {
		data.Close()
		return nil, done, err
	}
	if !active(t.Opener) {
		if done.Err = data.connect(ctx, answer.Final(), s.options.Limits.Transfer); done.Err != nil {
			return nil, done, nil
		}
	}
	if t.Restart != "" {
		if answer, err = s.Do(ctx, "REST "+t.Restart); err != nil || answer.refuses() {
			data.Close()
			done.Opening = answer
			return nil, done, err
		}
	}
	return data, done, nil
}

// active reports whether the server connects to the client.
func active(opener string) bool { return opener == "PORT" || opener == "EPRT" }

// portArgument is the address as PORT (RFC 959, section 4.1.2) and EPRT (RFC 2428,
// section 2) have it.
func portArgument(opener string, a net.Addr) string {
	at := a.(*net.TCPAddr).AddrPort()
	host, port := at.Addr().Unmap().WithZone(""), at.Port()
	if opener == "PORT" {
		return fmt.Sprintf("%s,%d,%d", strings.ReplaceAll(host.String(), ".", ","), port>>8, port&0xff)
	}
	family := 1
	if host.Is6() {
		family = 2
	}
	return fmt.Sprintf("|%d|%s|%d|", family, host, port)
}

// move sends or receives the data.
func (s *Session) move(ctx context.Context, d *dataConn, t Transfer) ([]byte, error) {
	conn, err := d.accept(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { d.Close() })
	defer stop()
	if s.private {
		secured := tls.Client(conn, s.config())
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("TLS handshake of the data connection: %w", err)
		}
		conn = secured
	}
	if t.During != "" {
		return nil, s.interrupt(ctx, conn, t)
	}
	if t.Upload != nil {
		_, err := conn.Write(t.Upload)
		return nil, errors.Join(err, finishWriting(conn))
	}
	return receive(conn, s.options.Limits.Bytes)
}

// interrupt sends a part of the data, then the command, and then ends the data. It does not
// wait long for a reply in between: many servers answer only behind the transfer.
func (s *Session) interrupt(ctx context.Context, conn net.Conn, t Transfer) error {
	if _, err := conn.Write(t.Upload); err != nil {
		return err
	}
	if err := s.send(ctx, t.During); err != nil {
		return err
	}
	if _, err := s.Linger(ctx, s.options.Limits.Linger); err != nil {
		return err
	}
	finishWriting(conn) // the server may have closed it: that is what ABOR is for
	return nil
}

// finishWriting ends the data as its receiver expects: under TLS with a close_notify.
func finishWriting(conn net.Conn) error {
	if secured, ok := conn.(*tls.Conn); ok {
		return secured.CloseWrite()
	}
	return nil
}

func receive(conn net.Conn, limit int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(conn, limit))
	if err == nil && n == limit {
		err = fmt.Errorf("more than %d bytes of data", limit)
	}
	return b.Bytes(), err
}

// A dataConn is a data connection that is open, or listens for its peer.
type dataConn struct {
	server   netip.Addr
	conn     net.Conn
	listener *net.TCPListener
}

func (d *dataConn) listen(ctx context.Context, local net.Addr) error {
	var config net.ListenConfig
	at := netip.AddrPortFrom(addressOf(local), 0)
	l, err := config.Listen(ctx, "tcp", at.String())
	if err == nil {
		d.listener = l.(*net.TCPListener)
	}
	return err
}

// connect goes where a 227 or 229 says, if that is the server.
func (d *dataConn) connect(ctx context.Context, r ftpreply.Reply, timeout time.Duration) error {
	p, err := payload.ParsePassive(r)
	if err != nil {
		return err
	}
	if p.Host.IsValid() && !p.Host.IsUnspecified() && p.Host.Unmap() != d.server {
		return fmt.Errorf("%w: %s", ErrForeignHost, p.Host)
	}
	dialer := net.Dialer{Timeout: timeout}
	d.conn, err = dialer.DialContext(ctx, "tcp", netip.AddrPortFrom(d.server, p.Port).String())
	return err
}

// accept waits for the server's connection, if it is not there already.
func (d *dataConn) accept(ctx context.Context) (net.Conn, error) {
	if d.conn != nil {
		return d.conn, nil
	}
	stop := context.AfterFunc(ctx, func() { d.listener.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	conn, err := d.listener.Accept()
	if err != nil {
		return nil, err
	}
	d.conn = conn
	if from := addressOf(conn.RemoteAddr()); from != d.server {
		return nil, fmt.Errorf("%w: %s", ErrForeignHost, from)
	}
	return conn, nil
}

// Close closes what is open.
func (d *dataConn) Close() {
	if d.conn != nil {
		d.conn.Close()
	}
	if d.listener != nil {
		d.listener.Close()
	}
}
