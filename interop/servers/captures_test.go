//go:build unix

package servers

import (
	"io"
	"net"
	"strconv"
	"testing"
	"time"
)

// captures are the recordings in testdata/captures of the library, and how each is made.
// Those of a client are recorded between it and the server.
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

// TestRecord makes the captures anew, in the directory that -record gives.
func TestRecord(t *testing.T) {
	if *record == "" {
		t.Skip("-record gives no directory to record into")
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

// full has every command, data, and names that are hard to read.
func full(p *player) {
	commands(p)
	transfers(p)
	names(p)
}

// allTLS has handshakes that succeed and that fail.
func allTLS(p *player) {
	overTLS(p)
	noHandshake(p)
}

// netFTP lets Perl's Net::FTP play a session.
func netFTP(p *player) {
	p.client("perl", "netftp.pl", strconv.Itoa(p.proxy()), p.site.User, password)
}

// curl lets curl make some transfers, each on a connection of its own.
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

// client runs a program to its end, in the directory of the configuration. That it fails,
// as for a file that does not exist, is a part of the session.
func (p *player) client(program string, arguments ...string) {
	p.Helper()
	if find(program) == "" {
		p.Skipf("%s is not installed: interop/install.sh does it", program)
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

// proxy listens on a port and passes all on to the server, and is recorded.
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

// forward connects the two, until either hangs up.
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
