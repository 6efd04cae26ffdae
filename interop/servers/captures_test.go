//go:build unix

package servers

import (
	"io"
	"net"
	"strconv"
	"testing"
	"time"
)

// captures lists the recordings in testdata/captures of the library, and how each is made.
// A proxy records the sessions of a client.
var captures = []struct {
	server string
	session
}{
	{"vsftpd", session{name: "full", play: full}},
	{"vsftpd", session{name: "tls", play: allTLS}},
	{"vsftpd", session{name: "client-perl", play: netFTP}},
	{"proftpd", session{name: "odd", play: lines}},
	{"proftpd", session{name: "client-curl", play: curl}},
	{"pure-ftpd", session{name: "prelogin", play: prelogin}},
}

// TestRecord makes the captures again, in the directory of -record.
func TestRecord(t *testing.T) {
	if *record == "" {
		t.Skip("-record is not set")
	}
	for _, c := range captures {
		t.Run(c.server+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			srv := serverNamed(c.server)
			srv.require(t)
			p := &player{
				T: t, server: srv, site: start(t, srv, ample),
				judge: newJudge(c.name), record: newRecorder(t, srv, c.session),
			}
			c.play(p)
			p.hangUp()
			if p.record.records == 0 {
				t.Error("nothing was recorded")
			}
		})
	}
}

func serverNamed(name string) *server {
	for i := range servers {
		if servers[i].name == name {
			return &servers[i]
		}
	}
	return nil
}

// full plays every command, transfers, and unusual file names.
func full(p *player) {
	commands(p)
	transfers(p)
	names(p)
}

// allTLS plays handshakes that succeed and some that fail.
func allTLS(p *player) {
	overTLS(p)
	noHandshake(p)
}

// netFTP plays a session with Perl's Net::FTP.
func netFTP(p *player) {
	p.client("perl", "netftp.pl", strconv.Itoa(p.proxy()), p.site.User, password)
}

// curl makes transfers with curl, each on a new connection.
func curl(p *player) {
	base := "ftp://" + net.JoinHostPort(p.site.Host, strconv.Itoa(p.proxy())) + "/work/"
	for _, arguments := range [][]string{
		{base}, {"--list-only", base + "pub/"}, {base + "readme.txt"}, {"--continue-at", "8", base + "readme.txt"},
		{"--range", "2-5", base + "readme.txt"}, {base + "nowhere.txt"}, {"--head", base + "readme.txt"},
		{"--upload-file", "curl.txt", base + "up.txt"}, {"--append", "--upload-file", "curl.txt", base + "up.txt"},
		{"--ftp-create-dirs", "--upload-file", "curl.txt", base + "a/b/up.txt"},
		{"--quote", "STAT tricky", "--quote", "NOOP", base + "readme.txt"}, {"--disable-epsv", "--use-ascii", base + "readme.txt"},
		{"--ftp-port", "-", base + "pub/"}, {"--quote", "-DELE up.txt", base + "pub/"},
	} {
		p.client("curl", append([]string{"--silent", "--user", p.site.User + ":" + password, "--max-time", "20"}, arguments...)...)
	}
}

// client runs a program in the directory of the configuration and waits for its end. It
// ignores the exit status, since some commands of a session fail on purpose.
func (p *player) client(program string, arguments ...string) {
	p.Helper()
	if find(program) == "" {
		p.Skipf("%s is not installed; run interop/install.sh", program)
	}
	write(p.T, p.site.Dir+"/curl.txt", "uploaded\n")
	p.site.configure(p.T, "testdata/clients")
	cmd := p.site.command(p.T, false, append([]string{program}, arguments...)...)
	if err := cmd.Start(); err != nil {
		p.Fatal(err)
	}
	stop := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer stop.Stop()
	cmd.Wait()
}

// proxy listens on a port, forwards connections to the server and records them.
func (p *player) proxy() (port int) {
	l, err := net.Listen("tcp", net.JoinHostPort(p.site.Host, "0"))
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.forward(client)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// forward copies bytes in both directions until either side closes its connection.
func (p *player) forward(client net.Conn) {
	defer client.Close()
	conn, err := net.Dial("tcp", p.site.address())
	if err != nil {
		return
	}
	server := p.record.wrap(conn)
	defer server.Close()
	go func() {
		defer server.Close()
		io.Copy(struct{ io.Writer }{server}, client)
	}()
	io.Copy(client, struct{ io.Reader }{server})
}
