package probe

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
)

// TestCertificateNames has a certificate whose name controls a terminal.
func TestCertificateNames(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
		DNSNames: []string{"a\x1b[2J\a\nall checks passed"}, IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Skip(err) // crypto/x509 refuses the name
	}
	for _, security := range []Security{Explicit, Implicit} {
		bubble(t, fmt.Sprint(security), func(t *testing.T) {
			s := serve(t, nil)
			s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
			if security == Implicit {
				s.instead = map[string]func(*client, string){"": func(c *client, _ string) {
					c.conn = tls.Server(byteConn{c.conn}, c.tls)
					c.in.Reset(c.conn)
					c.say("220 ready")
				}}
			}
			c := config(s)
			c.Security = security
			c.TLS = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "server"}
			c.TLS.RootCAs.AddCert(cert)
			r, err := Run(t.Context(), c)
			said := reasonOf(r, "greeting") + fmt.Sprint(err)
			if !strings.Contains(said, "certificate") || strings.ContainsAny(said, "\x1b\a\n") {
				t.Errorf("%q", said)
			}
		})
	}
}

// TestPlaintextAfter234 has a server, or an attacker on the way, send more than the 234.
func TestPlaintextAfter234(t *testing.T) {
	tests := []struct {
		name, says string
		rules      []string
		err        error
	}{
		{"a reply", "234 go\r\n230 you are in\r\n", []string{"data-after-234"}, ftpreply.ErrBuffered},
		{"a piece of one", "234 go\r\n230 you", nil, ftpreply.ErrBuffered},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			var rules []string
			s := piped(t, Options{Report: func(d *lint.Diagnostic) { rules = append(rules, d.Rule.Name) }}, "220 hi\r\n", tt.says)
			s.Greeting(t.Context())
			s.Do(t.Context(), "AUTH TLS")
			if err := s.StartTLS(t.Context()); !errors.Is(err, tt.err) {
				t.Errorf("the error is %v", err)
			}
			for _, want := range tt.rules {
				if !strings.Contains(strings.Join(rules, " "), want) {
					t.Errorf("found %s, not %s", rules, want)
				}
			}
		})
	}
}

func TestImplicitTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := newMemory()
		plain, err := network.Listen(t.Context(), "tcp", "127.0.0.1:990")
		if err != nil {
			t.Fatal(err)
		}
		l := tls.NewListener(plain, certificate())
		defer l.Close()
		go func() {
			if conn, err := l.Accept(); err == nil {
				io.WriteString(conn, "220 hi\r\n")
				io.Copy(io.Discard, conn)
			}
		}()
		var saved bytes.Buffer
		s, err := Dial(t.Context(), l.Addr().String(), Options{Limits: quick, TLS: &tls.Config{InsecureSkipVerify: true}, Recording: NewRecording(&saved), network: network})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.StartTLS(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a, err := s.Greeting(t.Context()); err != nil || a.Final().Code() != 220 {
			t.Errorf("the greeting: %v", err)
		}
		if _, ok := s.TLS(); !ok || !strings.Contains(saved.String(), `"dir":"S","tls":true,"bytes":"MjIwIGhpDQo="`) {
			t.Errorf("saved: %s", saved.String())
		}
	})
}

// certificate returns a configuration with a certificate for 127.0.0.1.
var certificate = sync.OnceValue(func() *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC), IPAddresses: []net.IP{{127, 0, 0, 1}}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}}}
})

// A byteConn reads one byte at a time, so that TLS does not read bytes after its end.
type byteConn struct{ net.Conn }

func (c byteConn) Read(b []byte) (int, error) { return c.Conn.Read(b[:min(1, len(b))]) }
