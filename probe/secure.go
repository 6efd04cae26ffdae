package probe

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"

	"github.com/ftpreply/ftpreply"
)

// StartTLS goes on in TLS: behind a 234, or before the greeting of a server with
// implicit TLS. Plaintext that came behind the 234 is ftpreply.ErrBuffered, and nothing
// is sent then (CVE-2021-22947).
func (s *Session) StartTLS(ctx context.Context) error {
	if s.end != s.total || s.finals > 1 {
		return ftpreply.ErrBuffered
	}
	defer s.bound(ctx, s.options.Limits.Reply)()
	secured := tls.Client(s.conn, s.config())
	if err := secured.HandshakeContext(ctx); err != nil {
		s.fail(err)
		return fmt.Errorf("TLS handshake: %w", err)
	}
	s.track.flush(s.Control)
	s.stream = secured
	return nil
}

// config is made once: a server may want the TLS session of the control connection to
// be resumed on the data connections.
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

// StopTLS goes on in clear behind a 200 to CCC (RFC 4217, section 12.3).
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
	// The server's own close_notify has to be read, or it would be taken for a reply.
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

// TLS returns the state of the control connection; ok is false when it is in clear.
func (s *Session) TLS() (state tls.ConnectionState, ok bool) {
	if secured, ok := s.stream.(*tls.Conn); ok {
		return secured.ConnectionState(), true
	}
	return state, false
}

// Protect says whether the data connections are TLS from now on: behind a 200 to
// PROT P, or no longer behind one to PROT C (RFC 4217, section 9).
func (s *Session) Protect(private bool) { s.private = private }
