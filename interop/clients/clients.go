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

// A client is a user-PI, and how to make it log in as u with the password p, send NOOP
// twice, ask for the directory and quit. PORT stands for the port of the server-PI.
type client struct {
	name    string // in lists of clients
	version []string
	command []string
	stdin   string
	files   map[string]string // in its home directory
	probe   string            // the first command behind the login that any 2yz answers

	inProcess func(net.Conn) // instead of version and command
}

var (
	python  = "/usr/bin/python3" // no other, whose version is not Debian's
	modules = filepath.Join(cacheDir(), "ftpreply-clients", "node_modules")
)

func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return os.TempDir()
	}
	return dir
}

// testdata is the path of a file there; the clients run elsewhere.
func testdata(name string) string {
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		panic(err) // there is no working directory
	}
	return path
}

// all is every client, in the order of the columns.
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

// packageVersion is the command that prints the version of one of Debian's packages, as
// these change between one release of the client and the next.
func packageVersion(name string) []string {
	return []string{"dpkg-query", "-W", "-f", "${Version}", name}
}

// installed is the version of the client. An error says that it is not there.
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

// release is the client's own version in one of Debian's packages: what is behind the
// epoch and before the revision.
func release(version string) string {
	if _, behind, ok := strings.Cut(version, ":"); ok {
		version = behind
	}
	if end := strings.IndexAny(version, "-+"); end >= 0 {
		return version[:end]
	}
	return version
}

// textprotoSession is how a client on top of net/textproto reads: as package jlaffaye/ftp
// does, apart from the codes that it insists on.
func textprotoSession(conn net.Conn) {
	r := textproto.NewReader(bufio.NewReader(conn))
	logIn(conn, func() (code int, err error) {
		code, _, err = r.ReadResponse(0)
		return code, err
	})
}

// logIn logs in, sends NOOP twice, asks for the directory and quits. It gives up on an
// error and on a reply that is not as it should be.
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

// script is the script as this client is to see it.
func (c *client) script(s script) script {
	s.probe = c.probe
	s.patience = patience + time.Duration(s.size())*time.Second/digested
	return s
}
