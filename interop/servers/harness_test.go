//go:build unix

package servers

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/template"
	"time"
)

var installed = flag.Bool("installed", false, "run the servers that are installed; takes a minute on a quiet machine, as root")

// prefix is the directory into which install.sh unpacks the servers whose Debian packages
// conflict.
const prefix = "/opt/ftpreply-servers"

// The user and group of the server processes that access files: "nobody" and "nogroup".
const uid, gid = 65534, 65534

// The account of the tests. It exists only in the servers' own files.
const (
	password     = "S3cretpw"
	passwordHash = "$6$ftpreply$8rvbtPJvzUBU4wORnomtpIt6R.87Cau93xbDR7Q9M.RhaPsdtXgb6R9yR6zmNkCIY5P1bjotgZXcKcmZcpF621"
)

// A site holds the settings of one running server, for the templates in testdata.
type site struct {
	Host string
	Port int
	User string
	// Root is the tree that the server serves, and Dir its configuration.
	Root, Dir string
	// Certificate is the path of a certificate and its key, in PEM.
	Certificate string
	Limits
}

// Limits are the limits of a server.
type Limits struct {
	Idle    int // seconds
	Clients int // at the same time
}

// Constants, for the templates.
func (*site) Password() string     { return password }
func (*site) PasswordHash() string { return passwordHash }
func (*site) UID() int             { return uid }
func (*site) GID() int             { return gid }

// Modules returns the directory of the modules of ProFTPD.
func (*site) Modules() string {
	const dir = "/usr/lib/proftpd"
	if _, err := os.Stat(prefix + dir); err == nil {
		return prefix + dir
	}
	return dir
}

func (s *site) address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// fill expands a template.
func (s *site) fill(t *testing.T, text string) string {
	t.Helper()
	parsed, err := template.New("").Option("missingkey=error").Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// start starts a server on a free port of the loopback. It is stopped when the test ends.
func start(t *testing.T, srv *server, l Limits) *site {
	t.Helper()
	dir := scratch(t)
	s := &site{
		Host: "127.0.0.1", Port: freePort(t), User: srv.user, Limits: l,
		Root: filepath.Join(dir, "tree"), Dir: filepath.Join(dir, "conf"),
	}
	plant(t, s.Root, srv.lockedRoot)
	mkdir(t, s.Dir)
	mkdir(t, filepath.Join(s.Dir, "empty"))
	s.Certificate = certificate(t, s.Dir)
	s.configure(t, filepath.Join("testdata", srv.name))
	srv.start(t, srv, s)
	waitFor(t, s.address())
	return s
}

// scratch makes a directory that is removed when the test ends. The user "nobody" cannot
// enter the directory of testing.T.
func scratch(t *testing.T) string {
	// Its name has a constant length, because servers put it into their replies.
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("ftpreply-%010d", mathrand.Uint32()))
	mkdir(t, dir)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func mkdir(t *testing.T, dir string) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// freePort returns an unused port outside the ephemeral range, from which the system could
// give it to a connection before the server listens.
func freePort(t *testing.T) int {
	for range 1000 {
		port := 20000 + int(ports.Add(1))%10000
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// ports counts the ports tried. Each process begins with a different one.
var ports atomic.Int32

func init() { ports.Store(int32(os.Getpid() * 100 % 10000)) }

// waitFor waits until a server listens at the address.
func waitFor(t *testing.T, address string) {
	t.Helper()
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no server listens at %s", address)
}

// configure expands the files of a directory into s.Dir.
func (s *site) configure(t *testing.T, dir string) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(s.Dir, file.Name()), s.fill(t, string(text)))
	}
}

func write(t *testing.T, file, text string) {
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// certificate writes a certificate for localhost with its key, and returns the file.
func certificate(t *testing.T, dir string) string {
	text, err := newCertificate()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "certificate.pem")
	write(t, file, text)
	return file
}

// newCertificate makes the certificate of all servers.
var newCertificate = sync.OnceValues(func() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	subject := x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, &subject, &subject, &key.PublicKey, key)
	if err != nil {
		return "", err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), err
})

func (s *site) tlsConfig(t *testing.T) *tls.Config {
	cert, err := tls.LoadX509KeyPair(s.Certificate, s.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}}
}

// Programs.

// find returns the path of a program, or "" if it is missing. It returns an absolute path
// unchanged.
func find(program string) string {
	if filepath.IsAbs(program) {
		return program
	}
	own := []string{prefix + "/usr/sbin", prefix + "/usr/bin", "/usr/sbin"}
	for _, dir := range append(own, filepath.SplitList(os.Getenv("PATH"))...) {
		file := filepath.Join(dir, program)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file
		}
	}
	return ""
}

// command returns the command of a program; its arguments are templates. A wrapped program
// sees only the accounts of the tests.
func (s *site) command(t *testing.T, wrapped bool, words ...string) *exec.Cmd {
	cmd := exec.Command(find(words[0]))
	for _, word := range words[1:] {
		cmd.Args = append(cmd.Args, s.fill(t, word))
	}
	if wrapped {
		cmd.Env = os.Environ()
		for _, variable := range wrapping {
			cmd.Env = append(cmd.Env, s.fill(t, variable))
		}
	}
	cmd.Dir = s.Dir
	// A new process group, so that its children are killed with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// run starts a program that ends when the test does.
func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
}

// daemon starts a server that opens its own listener.
func daemon(words ...string) func(*testing.T, *server, *site) {
	return func(t *testing.T, srv *server, s *site) {
		t.Helper()
		log, err := os.Create(filepath.Join(s.Dir, "log"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { showLog(t, log) })
		cmd := s.command(t, srv.wrapped, words...)
		cmd.Stdout, cmd.Stderr = log, log
		run(t, cmd)
	}
}

// showLog logs the output of a server if its test has failed.
func showLog(t *testing.T, log *os.File) {
	defer log.Close()
	if !t.Failed() {
		return
	}
	text, _ := os.ReadFile(log.Name())
	t.Logf("the server printed:\n%s", text)
}

// inetd listens, and starts the server for each connection, with the connection as its
// standard input and output.
func inetd(words ...string) func(*testing.T, *server, *site) {
	return func(t *testing.T, srv *server, s *site) {
		t.Helper()
		l, err := net.Listen("tcp", s.address())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		serve := func(conn net.Conn) {
			defer conn.Close()
			file, err := conn.(*net.TCPConn).File()
			if err != nil {
				return
			}
			defer file.Close()
			cmd := s.command(t, srv.wrapped, words...)
			cmd.Stdin, cmd.Stdout = file, file
			cmd.Run()
		}
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go serve(conn)
			}
		}()
	}
}

// output returns the output of a program.
func output(t *testing.T, words ...string) string {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(find(words[0]), words[1:]...)
	// vsftpd prints its version to standard input.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = w, w, w
	cmd.Run() // the exit status means nothing
	w.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
