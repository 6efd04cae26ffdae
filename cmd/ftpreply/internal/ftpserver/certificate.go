package ftpserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"
)

// A Certificate is a certificate of its own authority for the loopback interface.
type Certificate struct {
	Config      *tls.Config
	CA          []byte // the certificate of the authority in PEM
	Fingerprint string // SHA-256 of the server's certificate, in hexadecimal with colons
}

// NewCertificate makes a certificate for localhost, 127.0.0.1 and ::1, valid for a week.
func NewCertificate() (*Certificate, error) {
	return newCertificate([]string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, time.Now())
}

// newCertificate makes a certificate that is valid from an hour before begin.
func newCertificate(names []string, ips []net.IP, begin time.Time) (*Certificate, error) {
	newKey := func() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }
	caKey, err := newKey()
	if err != nil {
		return nil, err
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ftpreply serve CA"},
		NotBefore: begin.Add(-time.Hour), NotAfter: begin.Add(7 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names, IPAddresses: ips,
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(der)
	return &Certificate{
		Config:      &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der, caDER}, PrivateKey: key}}},
		CA:          pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		Fingerprint: strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":"),
	}, nil
}

// faultyConfig returns a configuration with a certificate that a client must reject.
func faultyConfig(fault TLSFault) (*tls.Config, error) {
	names, ips, begin := []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, time.Now()
	if fault == ExpiredCertificate {
		begin = begin.AddDate(-1, 0, 0)
	} else {
		names, ips = []string{"other.example"}, nil
	}
	c, err := newCertificate(names, ips, begin)
	if err != nil {
		return nil, err
	}
	return c.Config, nil
}
