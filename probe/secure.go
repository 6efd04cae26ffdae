package probe

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"

	"github.com/ftpreply/ftpreply"
)

// StartTLS continues the connection under TLS: after a 234, or before the greeting of a
// server with implicit TLS. If plaintext was received after the 234, the error is
// ftpreply.ErrBuffered and StartTLS sends nothing (CVE-2021-22947).
func (s *Session) StartTLS(ctx context.Context) error {
	if len(s.window) > 0 || s.finals > 1 {
		return ftpreply.ErrBuffered
	}
	defer s.bound(ctx, s.options.Limits.Reply)()
	secured := tls.Client(s.conn, s.config())
	if err := secured.HandshakeContext(ctx); err != nil {
		s.fail(err)
		return fmt.Errorf("TLS handshake: %w", quotedError{err})
	}
	s.track.flush(s.Control)
	s.stream = secured
	return nil
}

// config returns the same configuration each time: a server may require that the data
// connections resume the TLS session of the control connection.
func (s *Session) config() *tls.Config {
	if s.options.TLS == nil {
		s.options.TLS = &tls.Config{}
	}
	if s.options.TLS.ClientSessionCache == nil {
		s.options.TLS = s.options.TLS.Clone()
		s.options.TLS.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	}
	return s.options.TLS
}

// StopTLS continues the connection in clear text, after a 200 to CCC (RFC 4217, section
// 12.3). Without TLS it does nothing.
func (s *Session) StopTLS(ctx context.Context) error {
	secured, ok := s.stream.(*tls.Conn)
	if !ok {
		return nil
	}
	defer s.bound(ctx, s.options.Limits.Reply)()
	if err := secured.CloseWrite(); err != nil {
		s.fail(err)
		return err
	}
	// Read the server's close_notify, which would otherwise be taken for a reply.
	if rest, err := io.ReadAll(io.LimitReader(secured, 1)); err != nil || len(rest) > 0 {
		s.fail(fmt.Errorf("no close_notify: %w", cmp.Or(err, io.ErrUnexpectedEOF)))
		return s.closed
	}
	s.stream = s.conn
	return nil
}

// secure reports whether the control connection is under TLS.
func (s *Session) secure() bool {
	_, ok := s.stream.(*tls.Conn)
	return ok
}

// TLS returns the state of TLS on the control connection. ok is false without TLS.
func (s *Session) TLS() (state tls.ConnectionState, ok bool) {
	if secured, ok := s.stream.(*tls.Conn); ok {
		return secured.ConnectionState(), true
	}
	return state, false
}

// Protect sets whether later data connections use TLS: true after a 200 to PROT P, false
// after a 200 to PROT C (RFC 4217, section 9).
func (s *Session) Protect(private bool) { s.private = private }
