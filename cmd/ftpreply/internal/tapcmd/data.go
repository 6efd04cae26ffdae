package tapcmd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
)

// A direction says which side opens a data connection.
type direction uint8

const (
	passiveMode direction = iota // the client connects to the server
	activeMode                   // the server connects to the client
)

// dataRelays are the data connections of one control connection.
type dataRelays struct {
	running sync.WaitGroup
	mu      sync.Mutex
	count   int          // listening or open
	waiting net.Listener // the latest; a new one closes it
	ended   bool
}

// maxData is the number of data connections of one control connection.
const maxData = 16

// listen relays one data connection: the one that comes to the address at, or to a free port if
// at has the port 0. It returns the address.
func (r *relay) listen(at netip.AddrPort, d direction, to netip.AddrPort) (netip.AddrPort, error) {
	listener, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return at, err
	}
	if !r.data.add(listener) {
		listener.Close()
		return at, errors.New("too many data connections")
	}
	private := r.private && r.secured
	r.data.running.Go(func() {
		defer r.data.remove(listener)
		if err := r.relayData(listener, d, to, private); err != nil && r.ctx.Err() == nil {
			r.report.complain(r.number, fmt.Errorf("data connection: %w", err))
		}
	})
	return addrPort(listener.Addr()), nil
}

func (d *dataRelays) add(l net.Listener) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting != nil {
		d.waiting.Close()
		d.waiting = nil
	}
	if d.count == maxData || d.ended {
		return false
	}
	d.count++
	d.waiting = l
	return true
}

func (d *dataRelays) remove(l net.Listener) {
	l.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count--
	if d.waiting == l {
		d.waiting = nil
	}
}

// end waits for the data connections. None begins any more.
func (d *dataRelays) end() {
	d.mu.Lock()
	d.ended = true
	if d.waiting != nil {
		d.waiting.Close()
	}
	d.mu.Unlock()
	d.running.Wait()
}

// relayData accepts one connection, and relays it.
func (r *relay) relayData(listener net.Listener, d direction, to netip.AddrPort, private bool) error {
	defer context.AfterFunc(r.ctx, func() { listener.Close() })()
	peer := r.clientAddr.Addr()
	if d == activeMode {
		peer = r.serverAddr.Addr()
	}
	accepted, err := acceptFrom(listener, peer)
	if err != nil {
		return nil // nobody has connected
	}
	defer accepted.Close()
	listener.Close()
	dialer := net.Dialer{Timeout: dialTimeout}
	dialed, err := dialer.DialContext(r.ctx, "tcp", to.String())
	if err != nil {
		return err
	}
	defer dialed.Close()
	defer context.AfterFunc(r.ctx, func() {
		accepted.Close()
		dialed.Close()
	})()
	client, server := accepted, dialed
	if d == activeMode {
		client, server = dialed, accepted
	}
	if private {
		if client, server, err = r.secureData(client, server); err != nil {
			return err
		}
	}
	var other sync.WaitGroup
	other.Go(func() { r.copyData(client, server) })
	r.copyData(server, client)
	other.Wait()
	return nil
}

// acceptFrom accepts a connection from the peer, and closes others.
func acceptFrom(listener net.Listener, peer netip.Addr) (net.Conn, error) {
	for {
		conn, err := listener.Accept()
		if err != nil || addrPort(conn.RemoteAddr()).Addr() == peer {
			return conn, err
		}
		conn.Close()
	}
}

// secureData ends TLS on both sides of a data connection. The roles are those of the control
// connection, whoever has connected (RFC 4217, section 7).
func (r *relay) secureData(client, server net.Conn) (*tls.Conn, *tls.Conn, error) {
	ctx, cancel := context.WithTimeout(r.ctx, handshakeTimeout)
	defer cancel()
	clientTLS, serverTLS := tls.Server(client, r.clientSide), tls.Client(server, r.serverTLS)
	failed := make(chan error, 1)
	go func() {
		err := serverTLS.HandshakeContext(ctx)
		if err != nil {
			cancel()
		}
		failed <- err
	}()
	err := clientTLS.HandshakeContext(ctx)
	if err != nil {
		cancel()
	}
	return clientTLS, serverTLS, errors.Join(err, <-failed)
}

// copyData copies data until its end, and passes the end on.
func (r *relay) copyData(to, from net.Conn) {
	_, err := io.Copy(activeWriter{to, r}, from)
	if err == nil || isEnd(err) {
		closeWrite(to)
		return
	}
	to.Close()
	from.Close()
}

// An activeWriter restarts the idle timeout.
type activeWriter struct {
	io.Writer
	*relay
}

func (w activeWriter) Write(b []byte) (int, error) {
	w.idleTimer.Reset(w.idle)
	return w.Writer.Write(b)
}
