package tapcmd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"

	"github.com/spf13/pflag"
)

// secureFlags are the flags about certificates.
type secureFlags struct {
	cert, key, ca string // files
	insecure      bool
}

func (s *secureFlags) addTo(f *pflag.FlagSet) {
	f.StringVar(&s.cert, "cert", "", "PEM `file` of the certificate for clients; default: one that is made at the start")
	f.StringVar(&s.key, "key", "", "PEM `file` of its private key; default: in the file of --cert")
	f.StringVar(&s.ca, "ca", "", "PEM `file` of certificates to verify the server with")
	f.BoolVar(&s.insecure, "insecure", false, "do not verify the certificate of the server")
}

// maxPEM is the size up to which a file with certificates is read.
const maxPEM = 16 << 20

// loadTLS sets the configurations of both sides.
func (t *tap) loadTLS() error {
	cert, err := t.certificate()
	if err != nil {
		return err
	}
	t.clientSide = &tls.Config{Certificates: []tls.Certificate{cert}}
	host, _, err := net.SplitHostPort(t.target)
	if err != nil {
		return err
	}
	t.serverSide = &tls.Config{ServerName: host, InsecureSkipVerify: t.secure.insecure}
	if t.secure.ca == "" {
		return nil
	}
	if t.secure.insecure {
		return errors.New("--ca and --insecure contradict each other")
	}
	text, err := t.app.ReadFile(t.secure.ca, maxPEM)
	if err != nil {
		return err
	}
	t.serverSide.RootCAs = x509.NewCertPool()
	if !t.serverSide.RootCAs.AppendCertsFromPEM(text) {
		return fmt.Errorf("%s: no certificate in it", t.secure.ca)
	}
	return nil
}

// certificate returns the certificate of the flags, or a new one.
func (t *tap) certificate() (tls.Certificate, error) {
	s := &t.secure
	if s.cert == "" {
		if s.key != "" {
			return tls.Certificate{}, errors.New("--key needs --cert")
		}
		return t.makeCertificate()
	}
	cert, err := t.app.ReadFile(s.cert, maxPEM)
	if err != nil {
		return tls.Certificate{}, err
	}
	key := cert
	if s.key != "" {
		if key, err = t.app.ReadFile(s.key, maxPEM); err != nil {
			return tls.Certificate{}, err
		}
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		err = fmt.Errorf("%s: %w", s.cert, err)
	}
	return pair, err
}

// makeCertificate makes a certificate and reports its fingerprint.
func (t *tap) makeCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "ftpreply tap"},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.AddDate(0, 1, 0),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	fmt.Fprintf(t.app.Stderr, "made a certificate with the SHA-256 fingerprint %X\n", sha256.Sum256(der))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
