package tapcmd

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/payload"
	"github.com/ftpreply/ftpreply/transcript"
)

const (
	serverData = "data of the server\n"
	clientData = "data of the client\n"
)

// testCertificate returns a certificate as the tap makes it.
func testCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	cert, err := (&tap{app: cli.NewApp(t.Context(), nil, io.Discard, io.Discard)}).makeCertificate()
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// A testServer is an FTP server for one connection.
type testServer struct {
	t       *testing.T
	conn    net.Conn
	config  *tls.Config
	private bool
	data    func() (net.Conn, error) // opens the data connection
}

func (s *testServer) say(format string, args ...any) { fmt.Fprintf(s.conn, format+"\r\n", args...) }

func (s *testServer) serve() {
	s.say("220 hi")
	lines := bufio.NewReader(s.conn)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), " ")
		switch verb {
		case "USER":
			s.say("331 password")
		case "PASS":
			s.say("230 in")
		case "AUTH":
			s.say("234 go")
			s.conn = tls.Server(s.conn, s.config)
			lines.Reset(s.conn)
		case "PBSZ":
			s.say("200 ok")
		case "PROT":
			s.private = argument == "P"
			s.say("200 ok")
		case "PASV", "EPSV":
			s.listen(verb)
		case "PORT", "EPRT":
			to, err := payload.ParsePort(verb, []byte(argument))
			if err != nil {
				s.t.Error(err)
			}
			s.data = func() (net.Conn, error) { return net.Dial("tcp", to.String()) }
			s.say("200 ok")
		case "RETR", "STOR":
			s.transfer(verb)
		default:
			s.say("502 no")
		}
	}
}

func (s *testServer) listen(verb string) {
	listener, err := net.Listen("tcp", net.JoinHostPort(addrPort(s.conn.LocalAddr()).Addr().String(), "0"))
	if err != nil {
		s.t.Error(err)
		s.say("425 no")
		return
	}
	s.data = func() (net.Conn, error) {
		defer listener.Close()
		return listener.Accept()
	}
	at := addrPort(listener.Addr())
	reply, _ := payload.AppendEPSV(nil, at.Port())
	if verb == "PASV" {
		reply, _ = payload.AppendPASV(nil, at)
	}
	s.conn.Write(reply)
}

func (s *testServer) transfer(verb string) {
	s.say("150 here")
	conn, err := s.data()
	if err != nil {
		s.t.Error(err)
		s.say("425 no")
		return
	}
	defer conn.Close()
	if s.private {
		secured := tls.Server(conn, s.config)
		if err := secured.Handshake(); err != nil {
			s.t.Error("TLS of the data:", err)
		}
		if !secured.ConnectionState().DidResume {
			s.t.Error("the data connection does not resume the session of the control connection")
		}
		conn = secured
	}
	if verb == "RETR" {
		io.WriteString(conn, serverData)
	} else if got, err := io.ReadAll(conn); err != nil || string(got) != clientData {
		s.t.Errorf("the server got %q, %v", got, err)
	}
	conn.Close()
	s.say("226 done")
}

// A testClient is an FTP client.
type testClient struct {
	t       *testing.T
	conn    net.Conn
	replies *ftpreply.Parser
	config  *tls.Config
	private bool
}

// do sends a command and returns its reply, which must have the code.
func (c *testClient) do(code ftpreply.Code, command string) ftpreply.Reply {
	c.t.Helper()
	fmt.Fprintf(c.conn, "%s\r\n", command)
	return c.reply(code)
}

func (c *testClient) reply(code ftpreply.Code) ftpreply.Reply {
	c.t.Helper()
	r, err := c.replies.Next()
	if err != nil || r.Code() != code {
		c.t.Fatalf("got the reply %v, %v, want %d", r, err, code)
	}
	return r.Clone()
}

func (c *testClient) secure() {
	c.conn = tls.Client(c.conn, c.config)
	c.replies = ftpreply.NewParser(c.conn)
}

// transfer sends or gets a file. mode is the command that prepares the data connection.
func (c *testClient) transfer(mode, verb string) {
	c.t.Helper()
	var open func() (net.Conn, error)
	here := addrPort(c.conn.LocalAddr()).Addr()
	if mode == "PASV" || mode == "EPSV" {
		code := ftpreply.CodeEnteringPassiveMode
		if mode == "EPSV" {
			code = ftpreply.CodeEnteringExtendedPassiveMode
		}
		passive, err := payload.ParsePassive(c.do(code, mode))
		if err != nil {
			c.t.Fatal(err)
		}
		to := netip.AddrPortFrom(addrPort(c.conn.RemoteAddr()).Addr(), passive.Port)
		open = func() (net.Conn, error) { return net.Dial("tcp", to.String()) }
	} else {
		listener, err := net.Listen("tcp", net.JoinHostPort(here.String(), "0"))
		if err != nil {
			c.t.Fatal(err)
		}
		defer listener.Close()
		c.do(200, strings.TrimSuffix(portCommand(mode, addrPort(listener.Addr())), "\r\n"))
		open = listener.Accept
	}
	fmt.Fprintf(c.conn, "%s x\r\n", verb)
	conn, err := open()
	if err != nil {
		c.t.Fatal(err)
	}
	c.reply(150)
	if c.private {
		conn = tls.Client(conn, c.config)
	}
	if verb == "STOR" {
		io.WriteString(conn, clientData)
	} else if got, err := io.ReadAll(conn); err != nil || string(got) != serverData {
		c.t.Errorf("%s: the client got %q, %v", mode, got, err)
	}
	conn.Close()
	c.reply(226)
}

// Data passes in all modes, in both directions, plain and under TLS, through the tap itself.
func TestDataIsRelayed(t *testing.T) {
	cert := testCertificate(t)
	for _, security := range []string{"pass", "explicit", "implicit"} {
		t.Run(security, func(t *testing.T) {
			recording := filepath.Join(t.TempDir(), "recording.ndjson")
			flags := []string{"-v", "--rewrite", "-o", recording, "--tls", security}
			if security != "pass" {
				flags = append(flags, "--insecure")
			}
			r := start(t, func(conn net.Conn) {
				s := &testServer{t: t, conn: conn, config: &tls.Config{Certificates: []tls.Certificate{cert}}}
				if security == "implicit" {
					s.conn = tls.Server(conn, s.config)
				}
				s.serve()
			}, flags...)
			conn := r.dial()
			c := &testClient{t: t, conn: conn, replies: ftpreply.NewParser(conn), config: &tls.Config{InsecureSkipVerify: true}}
			if security == "implicit" {
				c.secure()
			}
			c.reply(220)
			if security == "explicit" {
				c.do(234, "AUTH TLS")
				c.secure()
			}
			c.do(331, "USER joe")
			c.do(230, "PASS s3cret")
			modes := []string{"PASV", "EPSV", "PORT", "EPRT"}
			for _, mode := range modes {
				c.transfer(mode, "RETR")
				c.transfer(mode, "STOR")
			}
			if security != "pass" {
				c.do(200, "PBSZ 0")
				c.do(200, "PROT P")
				c.private = true
				for _, mode := range modes {
					c.transfer(mode, "RETR")
					c.transfer(mode, "STOR")
				}
			}
			c.conn.Close()
			r.wait("closed after")
			r.end(0)
			said := map[transcript.Side]string{}
			for _, e := range eventsIn(t, recording) {
				said[e.Side] += string(e.Bytes)
				if command := string(e.Bytes); strings.Contains(command, "PASS") && (e.TLS != (security != "pass") || command != "PASS ****\r\n") {
					t.Errorf("the recording has %q, under TLS: %t", command, e.TLS)
				}
			}
			if !strings.HasPrefix(said[transcript.Server], "220 hi\r\n") || !strings.Contains(said[transcript.Client], "PASS ****\r\n") {
				t.Errorf("the recording has %q", said)
			}
		})
	}
}

func eventsIn(t *testing.T, recording string) (all []transcript.Event) {
	t.Helper()
	file, err := os.Open(recording)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, err := transcript.Open(file, "exchange")
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, err := reader.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		e.Bytes = []byte(string(e.Bytes))
		all = append(all, e)
	}
}

// Without --rewrite, the tap listens on the port of the server, and does not change a reply.
func TestPassivePortIsRelayed(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip(err)
	}
	defer server.Close()
	go func() {
		conn, err := server.Accept()
		if err == nil {
			(&testServer{t: t, conn: conn}).serve()
		}
	}()
	r := startBefore(t, server.Addr().String())
	conn := r.dial()
	c := &testClient{t: t, conn: conn, replies: ftpreply.NewParser(conn)}
	c.reply(220)
	for _, mode := range []string{"EPSV", "PASV"} {
		c.transfer(mode, "RETR")
		c.transfer(mode, "STOR")
	}
	r.end(0)
}

// Lines about data connections are found in any pieces, and nothing else is held.
func TestLineWatcher(t *testing.T) {
	const text = "PASV\r\nNOOP\r\n\r\npasv\nEPSVX\r\n PASV\r\nPASV"
	for size := 1; size <= len(text); size++ {
		for _, hold := range []bool{false, true} {
			var found []string
			w := lineWatcher{words: []string{"PASV", "EPSV"}, hold: hold, whole: func(line []byte) []byte {
				found = append(found, string(line))
				return []byte("<" + string(line) + ">")
			}}
			var out string
			for i := 0; i < len(text); i += size {
				out += string(w.pass([]byte(text[i:min(len(text), i+size)])))
			}
			out += string(w.flush())
			want := text
			if hold {
				want = "<PASV\r\n>NOOP\r\n\r\n<pasv\n><EPSVX\r\n> PASV\r\nPASV"
			}
			if out != want || strings.Join(found, "|") != "PASV\r\n|pasv\n|EPSVX\r\n" {
				t.Errorf("pieces of %d, held %t: %q, found %q", size, hold, out, found)
			}
		}
	}
	w := lineWatcher{words: []string{"PASV"}, hold: true, whole: func(line []byte) []byte { return line }}
	long := "PASV" + strings.Repeat("x", 2*maxLine)
	if out := string(w.pass([]byte(long))); out != long || len(w.line) > 0 {
		t.Errorf("%d bytes passed, %d are held", len(out), len(w.line))
	}
}

// A data connection to a third host is not relayed: the command passes as it is.
func TestForeignPort(t *testing.T) {
	lines := make(chan string, 1)
	r := start(t, func(conn net.Conn) {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		lines <- line
	}, "--rewrite")
	conn := r.dial()
	const command = "PORT 192,0,2,1,4,1\r\n"
	io.WriteString(conn, command)
	if got := <-lines; got != command {
		t.Errorf("the server got %q", got)
	}
}
