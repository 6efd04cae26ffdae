package ftpreply_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/replytest"
)

// selfSigned makes a certificate for a server name, and the configurations for both sides.
func selfSigned(name string) (server, client *tls.Config, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		DNSNames:     []string{name},
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: roots, ServerName: name}, nil
}

// A client that changes to TLS (RFC 4217, section 4). Upgrade fails if plaintext follows the 234,
// because it must not be read as a reply under TLS.
func Example_tls() {
	serverConfig, clientConfig, err := selfSigned("ftp.example.org")
	if err != nil {
		fmt.Println(err)
		return
	}
	server, err := replytest.Listen(
		replytest.Greet(replytest.Send("220 ready\r\n")),
		replytest.On("AUTH TLS", replytest.Send("234 go ahead\r\n"), replytest.StartTLS(serverConfig)),
		replytest.On("USER *", replytest.Send("232 known by the certificate\r\n")),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	conn, err := net.Dial("tcp", server.Addr)
	if err != nil {
		fmt.Println(err)
		return
	}
	replies := ftpreply.NewParser(conn)
	print := func() error {
		r, err := replies.Next()
		fmt.Println(r.Code().String(), string(r.Text()), err)
		return err
	}

	print()
	io.WriteString(conn, "AUTH TLS\r\n")
	if print() != nil {
		return
	}
	encrypted := tls.Client(conn, clientConfig)
	if err := replies.Upgrade(encrypted); err != nil {
		fmt.Println(err) // close the connection
		return
	}
	io.WriteString(encrypted, "USER me\r\n")
	print()
	fmt.Println("encrypted:", encrypted.ConnectionState().HandshakeComplete)

	encrypted.Close()
	fmt.Println(server.Close(), server.Commands())
	// Output:
	// 220 ready <nil>
	// 234 go ahead <nil>
	// 232 known by the certificate <nil>
	// encrypted: true
	// <nil> [AUTH TLS USER me]
}
