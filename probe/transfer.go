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
	Opener  string // EPSV, PASV, EPRT or PORT; Session.Transfer adds the argument
	Command string
	Upload  []byte // the data to send; nil means to receive
	Restart string // the argument of a REST before the command, or ""
	During  string // a command to send while the data connection is open, or ""
}

// A Transferred is the result of a [Transfer].
type Transferred struct {
	Opening Answer // to the Opener, or to REST if that was refused
	Answer  Answer // to the command; empty if the server refused the Opener or REST
	Data    []byte // received, up to the limit
	Err     error  // why the data connection failed; the control connection may still be usable

	sent bool // the command was sent
}

// Transfer opens a data connection, sends the command, moves the data, and waits for the
// final reply. A refusal by the server is not an error. Transferred.Err is about the data
// connection, and err about the control connection.
func (s *Session) Transfer(ctx context.Context, t Transfer) (done Transferred, err error) {
	data, done, err := s.open(ctx, t)
	if data == nil {
		return done, err
	}
	defer data.Close()
	limit, cancel := context.WithTimeout(ctx, s.options.Limits.Transfer)
	defer cancel()
	s.forget()
	done.sent = true
	if err := s.send(ctx, t.Command); err != nil {
		return done, err
	}
	started := func() bool { return len(s.replies) > 0 }
	if done.Answer, err = s.await(ctx, s.options.Limits.Reply, started); err != nil || done.Answer.refuses() {
		return done, err
	}
	done.Data, done.Err = s.move(limit, data, t)
	data.Close()
	done.Answer, err = s.finish(ctx)
	return done, err
}

// open sends the commands before the transfer command. The dataConn is nil if there is no
// data connection.
func (s *Session) open(ctx context.Context, t Transfer) (*dataConn, Transferred, error) {
	host := addressOf(s.conn.RemoteAddr())
	if !host.IsValid() {
		return nil, Transferred{Err: ErrNoHost}, nil
	}
	data := &dataConn{network: s.options.network, server: host}
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

// active reports whether opener makes the server connect to the client.
func active(opener string) bool { return opener == "PORT" || opener == "EPRT" }

// portArgument returns the argument of PORT (RFC 959, section 4.1.2) or EPRT (RFC 2428,
// section 2) for an address.
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
			return nil, fmt.Errorf("TLS handshake of the data connection: %w", quotedError{err})
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

// interrupt sends the data, then the command, and then ends the data. It does not wait long
// for a reply in between, because many servers answer only after the transfer.
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
	finishWriting(conn) // an error is normal: after ABOR the server may have closed conn
	return nil
}

// finishWriting ends the data. Under TLS that needs a close_notify.
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

// A dataConn is a data connection, or a listener for one.
type dataConn struct {
	network  network
	server   netip.Addr
	conn     net.Conn
	listener net.Listener
}

func (d *dataConn) listen(ctx context.Context, local net.Addr) (err error) {
	at := netip.AddrPortFrom(addressOf(local), 0)
	d.listener, err = d.network.Listen(ctx, "tcp", at.String())
	return err
}

// connect connects to the port of a 227 or 229, and never to another host than the server.
func (d *dataConn) connect(ctx context.Context, r ftpreply.Reply, timeout time.Duration) error {
	p, err := payload.ParsePassive(r)
	if err != nil {
		return err
	}
	if p.Host.IsValid() && !p.Host.IsUnspecified() && p.Host.Unmap() != d.server {
		return fmt.Errorf("%w: %s", ErrForeignHost, p.Host)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	d.conn, err = d.network.DialContext(ctx, "tcp", netip.AddrPortFrom(d.server, p.Port).String())
	if ctx.Err() != nil {
		return errNoConnection
	}
	return err
}

// errNoConnection is about a data connection that was not opened in time.
var errNoConnection = errors.New("no data connection in time")

// accept waits for the server's connection, unless the client has connected already.
func (d *dataConn) accept(ctx context.Context) (net.Conn, error) {
	if d.conn != nil {
		return d.conn, nil
	}
	stop := context.AfterFunc(ctx, func() { d.listener.Close() })
	defer stop()
	conn, err := d.listener.Accept()
	if err != nil {
		return nil, errNoConnection
	}
	d.conn = conn
	if from := addressOf(conn.RemoteAddr()); from != d.server {
		return nil, fmt.Errorf("%w: %s", ErrForeignHost, from)
	}
	return conn, nil
}

// Close closes the connection and the listener.
func (d *dataConn) Close() {
	if d.conn != nil {
		d.conn.Close()
	}
	if d.listener != nil {
		d.listener.Close()
	}
}
