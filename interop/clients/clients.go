package clients

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A client is an FTP client with the command and input that make it log in as u with the
// password p, send NOOP twice, ask for the directory and quit. PORT in an argument is
// replaced with the port of the server.
type client struct {
	name    string // in lists of clients
	version []string
	command []string
	stdin   string
	files   map[string]string // in its home directory
	probe   string            // the first command after the login that accepts any 2yz

	inProcess func(net.Conn) // instead of version and command
}

var (
	python  = "/usr/bin/python3" // another Python may have another version than Debian's
	modules = filepath.Join(cacheDir(), "ftpreply-clients", "node_modules")
)

func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return os.TempDir()
	}
	return dir
}

// testdata returns the absolute path of a file in testdata, since the clients run in
// another directory.
func testdata(name string) string {
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		panic(err) // the working directory was removed
	}
	return path
}

// all lists every client, in the order of the columns.
var all = []*client{
	{
		name:    "curl",
		version: packageVersion("curl"),
		command: []string{"curl", "-q", "-sS", "--head", "-u", "u:p", "-Q", "NOOP", "-Q", "NOOP", "ftp://127.0.0.1:PORT/f"},
		probe:   "NOOP",
	},
	{
		name:    "wget",
		version: packageVersion("wget"),
		command: []string{"wget", "--no-config", "-t", "1", "-O", "/dev/null", "--user=u", "--password=p", "ftp://127.0.0.1:PORT/f"},
		probe:   "SYST",
	},
	{
		name:    "lftp",
		version: packageVersion("lftp"),
		command: []string{"lftp", "--norc", "-u", "u,p", "-p", "PORT", "-e", "set net:max-retries 1; set cmd:fail-exit yes; " +
			"set ftp:ssl-allow no; set ftp:use-feat no; quote NOOP; quote NOOP; quote PWD; bye", "127.0.0.1"},
		probe: "NOOP",
	},
	{
		name:    "ncftp",
		version: packageVersion("ncftp"),
		command: []string{"ncftp3", "-u", "u", "-p", "p", "-P", "PORT", "127.0.0.1"},
		stdin:   "quote NOOP\nquote NOOP\nquote PWD\nquit\n",
		probe:   "NOOP",
	},
	{
		name:    "tnftp",
		version: packageVersion("tnftp"),
		command: []string{"tnftp", "-n", "127.0.0.1", "PORT"},
		stdin:   "user u p\nquote NOOP\nquote NOOP\nquote PWD\nbye\n",
		probe:   "NOOP",
	},
	{
		name:    "inetutils ftp",
		version: packageVersion("inetutils-ftp"),
		command: []string{"inetutils-ftp", "127.0.0.1", "PORT"},
		files:   map[string]string{".netrc": "machine 127.0.0.1 login u password p\n"},
		stdin:   "quote NOOP\nquote NOOP\nquote PWD\nbye\n",
		probe:   "NOOP",
	},
	{
		name:    "Python ftplib",
		version: []string{python, "-c", "import platform; print(platform.python_version())"},
		command: []string{python, testdata("session.py"), "PORT"},
		probe:   "NOOP",
	},
	{
		name:    "Perl Net::FTP",
		version: []string{"perl", "-MNet::FTP", "-e", "print $Net::FTP::VERSION"},
		command: []string{"perl", testdata("session.pl"), "PORT"},
		probe:   "NOOP",
	},
	{
		name:    "basic-ftp",
		version: []string{"node", "-p", "require(process.argv[1]).version", modules + "/basic-ftp/package.json"},
		command: []string{"node", testdata("session.cjs"), modules + "/basic-ftp", "PORT"},
		probe:   "NOOP",
	},
	{
		name:      "Go net/textproto",
		inProcess: textprotoSession,
		probe:     "NOOP",
	},
}

// packageVersion returns the command that prints the version of a Debian package. A
// package may change without a new release of the client.
func packageVersion(name string) []string {
	return []string{"dpkg-query", "-W", "-f", "${Version}", name}
}

// installed returns the version of the client, or an error if it is not installed.
func (c *client) installed() (version string, err error) {
	if c.inProcess != nil {
		return strings.TrimPrefix(runtime.Version(), "go"), nil
	}
	if _, err := exec.LookPath(c.command[0]); err != nil {
		return "", err
	}
	text, err := exec.Command(c.version[0], c.version[1:]...).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.version[0], err)
	}
	return strings.TrimSpace(string(text)), nil
}

// release returns the client's own version from the version of a Debian package: the part
// between the epoch and the revision.
func release(version string) string {
	if _, behind, ok := strings.Cut(version, ":"); ok {
		version = behind
	}
	if end := strings.IndexAny(version, "-+"); end >= 0 {
		return version[:end]
	}
	return version
}

// textprotoSession is a client on top of net/textproto. It reads as package jlaffaye/ftp
// does, except for the codes that jlaffaye/ftp requires.
func textprotoSession(conn net.Conn) {
	r := textproto.NewReader(bufio.NewReader(conn))
	logIn(conn, func() (code int, err error) {
		code, _, err = r.ReadResponse(0)
		return code, err
	})
}

// logIn logs in, sends NOOP twice, asks for the directory and quits. It returns early on an
// error or an unexpected reply.
func logIn(conn net.Conn, next func() (code int, err error)) {
	command := func(text string, classes ...int) (class int) {
		if text != "" {
			fmt.Fprintf(conn, "%s\r\n", text)
		}
		code, err := next()
		for _, class := range classes {
			if err == nil && code/100 == class {
				return class
			}
		}
		return 0
	}
	if command("", 2) == 0 {
		return
	}
	switch command("USER u", 2, 3) {
	case 0:
		return
	case 3:
		if command("PASS p", 2) == 0 {
			return
		}
	}
	for _, text := range []string{"NOOP", "NOOP", "PWD", "QUIT"} {
		if command(text, 2) == 0 {
			return
		}
	}
}

// script returns the script for this client.
func (c *client) script(s script) script {
	s.probe = c.probe
	s.patience = patience + time.Duration(s.size())*time.Second/digested
	return s
}
