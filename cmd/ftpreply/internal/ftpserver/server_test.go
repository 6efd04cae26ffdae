package ftpserver

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

// A client is a small client for these tests. Its methods end the test on an error.
type client struct {
	t      *testing.T
	conn   net.Conn
	parser *ftpreply.Parser
	tls    *tls.Config // for data connections
}

func listen(t *testing.T, config Config) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// connect connects and reads the greeting.
func connect(t *testing.T, s *Server) *client {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := &client{t: t, conn: conn, parser: ftpreply.NewParser(bufio.NewReader(conn))}
	c.want(220)
	return c
}

// logIn connects and logs in.
func logIn(t *testing.T, s *Server) *client {
	t.Helper()
	c := connect(t, s)
	c.command("USER anyone", 331)
	c.command("PASS x", 230)
	return c
}

func (c *client) next() ftpreply.Reply {
	c.t.Helper()
	r, err := c.parser.Next()
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *client) want(code ftpreply.Code) ftpreply.Reply {
	c.t.Helper()
	r := c.next()
	if r.Code() != code {
		c.t.Fatalf("%v, want %d", r, code)
	}
	return r
}

func (c *client) send(format string, args ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.conn, format+"\r\n", args...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) command(text string, code ftpreply.Code) ftpreply.Reply {
	c.t.Helper()
	c.send("%s", text)
	return c.want(code)
}

// passive opens a passive data connection.
func (c *client) passive(command string) net.Conn {
	c.t.Helper()
	c.send("%s", command)
	p, err := payload.ParsePassive(c.next())
	if err != nil {
		c.t.Fatal(err)
	}
	host, _, _ := net.SplitHostPort(c.conn.RemoteAddr().String())
	conn, err := net.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(p.Port)))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	return conn
}

// download runs a command and returns its data.
func (c *client) download(command string) string {
	c.t.Helper()
	conn := c.passive("EPSV")
	c.command(command, 150)
	if c.tls != nil {
		conn = tls.Client(conn, c.tls)
	}
	content, err := io.ReadAll(conn)
	if err != nil {
		c.t.Fatal(err)
	}
	c.want(226)
	return string(content)
}

func (c *client) upload(command, content string) {
	c.t.Helper()
	conn := c.passive("PASV")
	c.command(command, 150)
	if _, err := io.WriteString(conn, content); err != nil {
		c.t.Fatal(err)
	}
	conn.Close()
	c.want(226)
}

func (c *client) wantData(command, want string) {
	c.t.Helper()
	if got := c.download(command); got != want {
		c.t.Errorf("%s: %q, want %q", command, got, want)
	}
}

func TestFiles(t *testing.T) {
	c := logIn(t, listen(t, Config{}))
	c.command("TYPE I", 200)
	c.wantData("RETR readme.txt", Readme)
	c.command("REST 5", 350)
	c.wantData("RETR readme.txt", Readme[5:])
	c.wantData("RETR readme.txt", Readme)
	c.command("REST 500", 350)
	c.passive("EPSV")
	c.command("RETR readme.txt", 554)
	c.wantData("NLST", "empty.txt\r\npub\r\nreadme.txt\r\n")
	c.wantData("NLST -la pub", "a b.txt\r\ndata.bin\r\n")
	c.wantData("LIST empty.txt", "-rw-r--r-- 1 ftp ftp            0 Jan  2 03:04 empty.txt\r\n")
	c.wantData("MLSD pub", "Type=file;Size=4;Modify=20260102030405; a b.txt\r\nType=file;Size=65536;Modify=20260102030405; data.bin\r\n")

	c.upload("STOR new.txt", "12345")
	c.upload("APPE new.txt", "678")
	c.command("REST 2", 350)
	c.upload("STOR new.txt", "ab")
	c.wantData("RETR new.txt", "12ab")
	c.command("SIZE new.txt", 213)
	c.command("MKD dir", 257)
	c.command("MKD dir", 550)
	c.command("RNTO x", 503)
	c.command("RNFR new.txt", 350)
	c.command("RNTO dir/moved", 250)
	c.command("RMD dir", 550)
	c.command("CWD dir", 250)
	if p, err := payload.ParsePath(c.command("PWD", 257)); err != nil || string(p.Name) != "/dir" {
		t.Errorf("%q, %v", p.Name, err)
	}
	c.command("DELE moved", 250)
	c.command("CDUP", 250)
	c.command("RMD dir", 250)
	if f, err := payload.ParseFacts(c.command("MLST readme.txt", 250)); err != nil || string(f.Path) != "/readme.txt" {
		t.Errorf("%q, %v", f.Path, err)
	}
	if m, err := payload.ParseModTime(c.command("MDTM readme.txt", 213)); err != nil || !m.Time.Equal(epoch) {
		t.Errorf("%v, %v", m.Time, err)
	}
	if _, err := payload.ParseFeatures(c.command("FEAT", 211)); err != nil {
		t.Error(err)
	}
	c.command("TYPE A", 200)
	c.wantData("RETR readme.txt", strings.ReplaceAll(Readme, "\n", "\r\n"))
	c.command("SIZE readme.txt", 550)
	c.command("QUIT", 221)
}

func TestUnique(t *testing.T) {
	c := logIn(t, listen(t, Config{}))
	conn := c.passive("PASV")
	name, err := payload.ParseUniqueName(c.command("STOU", 150))
	if err != nil {
		t.Fatal(err)
	}
	file := string(name.Name)
	io.WriteString(conn, "x")
	conn.Close()
	c.want(226)
	c.command("TYPE I", 200)
	c.wantData("RETR "+file, "x")
}

func TestActive(t *testing.T) {
	c := logIn(t, listen(t, Config{}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a := addrPort(l.Addr())
	for _, command := range []string{
		fmt.Sprintf("PORT 127,0,0,1,%d,%d", a.Port()/256, a.Port()%256),
		fmt.Sprintf("EPRT |1|127.0.0.1|%d|", a.Port()),
	} {
		c.command(command, 200)
		c.command("RETR empty.txt", 150)
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		io.ReadAll(conn)
		conn.Close()
		c.want(226)
	}
	for _, command := range []string{"PORT 10,0,0,1,200,1", "PORT 127,0,0,1,0,22", "EPRT |1|192.0.2.1|4000|"} {
		c.command(command, 504)
	}
	for _, command := range []string{"PORT 1,2", "PORT 1,2,3,4,5,999", "EPRT |1|", "EPRT |1|x|1|"} {
		c.command(command, 501)
	}
	c.command("EPSV ALL", 200)
	c.command("PASV", 501)
}

func TestIPv6(t *testing.T) {
	s, err := Listen("[::1]:0", Config{})
	if err != nil {
		t.Skip(err)
	}
	defer s.Close()
	c := logIn(t, s)
	c.command("PASV", 522)
	c.command("EPSV 1", 522)
	c.command("TYPE I", 200)
	c.wantData("RETR readme.txt", Readme)
}

func TestAbort(t *testing.T) {
	c := logIn(t, listen(t, Config{}))
	c.command("ABOR", 226)
	conn := c.passive("PASV")
	c.command("STOR slow", 150) // it waits for data
	c.send("ABOR")
	c.want(426)
	c.want(226)
	conn.Close()
	c.command("NOOP", 200)
}

func TestTLS(t *testing.T) {
	certificate, err := NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate.CA)
	config := &tls.Config{RootCAs: roots, ServerName: "localhost"}

	c := connect(t, listen(t, Config{TLS: certificate.Config}))
	c.command("PROT P", 503)
	c.command("AUTH GSSAPI", 504)
	c.command("AUTH TLS", 234)
	secure := tls.Client(c.conn, config)
	c.conn, c.tls = secure, config
	c.parser = ftpreply.NewParser(bufio.NewReader(secure))
	c.command("USER x", 331)
	c.command("PASS x", 230)
	c.command("PBSZ 0", 200)
	c.command("PROT P", 200)
	c.command("TYPE I", 200)
	c.wantData("RETR readme.txt", Readme)

	implicit := listen(t, Config{TLS: certificate.Config, Implicit: true})
	conn, err := tls.Dial("tcp", implicit.Addr.String(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if r, err := ftpreply.NewParser(bufio.NewReader(conn)).Next(); err != nil || r.Code() != 220 {
		t.Errorf("%v, %v", r, err)
	}
}

// TestInjectionBeforeTLS checks that commands sent with AUTH are not executed.
func TestInjectionBeforeTLS(t *testing.T) {
	certificate, err := NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	c := connect(t, listen(t, Config{TLS: certificate.Config}))
	c.send("AUTH TLS\r\nUSER injected")
	c.want(234)
	if r, err := c.parser.Next(); err == nil {
		t.Errorf("%v after the 234", r)
	}
}

func TestErrors(t *testing.T) {
	c := connect(t, listen(t, Config{}))
	c.command("PWD", 530)
	c.command("PASS x", 503)
	c.command("XYZZY", 502)
	c.command("", 500)
	c.command(strings.Repeat("x", 10000), 500)
	c.command("AUTH TLS", 534)
	c.command("USER", 501)
	c.command("USER a", 331)
	c.command("PASS", 230)
	for _, command := range []string{"RETR ../../etc/passwd", "CWD /etc", "SIZE /etc/passwd", "MDTM no", "MLST no", "RNFR no", "DELE pub", "RMD /", "RMD readme.txt", "LIST no"} {
		c.command(command, 550)
	}
	c.command("RETR readme.txt", 425)
	c.passive("PASV")
	c.command("STOR no/such", 553)
	c.command("\xff\xf4\xff\xf2NOOP", 200)
	c.command("REST x", 501)
}

func TestLimits(t *testing.T) {
	s := listen(t, Config{Limits: Limits{Sessions: 1, Stored: 10, Files: 2}})
	c := logIn(t, s)
	second, err := net.Dial("tcp", s.Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if r, err := ftpreply.NewParser(bufio.NewReader(second)).Next(); err != nil || r.Code() != 421 {
		t.Errorf("%v, %v for a second session", r, err)
	}
	c.upload("STOR a", "12345")
	conn := c.passive("PASV")
	c.command("STOR b", 150)
	io.WriteString(conn, "1234567")
	conn.Close()
	c.want(552)
	c.command("MKD c", 550)
}

func TestLoopbackOnly(t *testing.T) {
	if _, err := Listen("0.0.0.0:0", Config{}); !errors.Is(err, ErrNotLoopback) {
		t.Errorf("%v", err)
	}
	s, err := Listen("0.0.0.0:0", Config{Anywhere: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if s.Addr.Addr() != netip.IPv4Unspecified() && !s.Addr.Addr().IsUnspecified() {
		t.Error(s.Addr)
	}
}

func TestIdle(t *testing.T) {
	c := connect(t, listen(t, Config{Waits: Waits{Idle: time.Millisecond}}))
	c.want(421)
}

// TestManyConnections opens more connections than the server has room for. Each gets a greeting
// or a 421, and afterwards there is room again.
func TestManyConnections(t *testing.T) {
	s := listen(t, Config{Limits: Limits{Sessions: 20}})
	var conns []net.Conn
	greeted := 0
	for range 100 {
		conn, err := net.Dial("tcp", s.Addr.String())
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
		r, err := ftpreply.NewParser(conn).Next()
		if err != nil {
			t.Fatal(err)
		}
		if r.Code() == 220 {
			greeted++
		} else if r.Code() != 421 {
			t.Fatalf("%v", r)
		}
	}
	if greeted != 20 {
		t.Errorf("%d sessions, want 20", greeted)
	}
	for _, conn := range conns {
		conn.Close()
	}
	for deadline := time.Now().Add(time.Minute); ; {
		s.mu.Lock()
		n := s.sessions
		s.mu.Unlock()
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d sessions are left", n)
		}
		time.Sleep(time.Millisecond)
	}
}

// TestEndInTransfer checks that Close does not wait for a transfer whose client is gone, and ends
// its goroutines.
func TestEndInTransfer(t *testing.T) {
	s := listen(t, Config{})
	for _, command := range []string{"STOR x", "RETR pub/data.bin", "LIST"} {
		c := logIn(t, s)
		c.command("PASV", 227)
		c.command(command, 150)
		c.conn.Close()
	}
	s.Close()
}
