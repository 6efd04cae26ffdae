//go:build unix

package servers

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A server is a program or package under test. Its configuration is in testdata/NAME, and
// its reviewed findings are in testdata/NAME.tsv.
type server struct {
	name    string
	program string // empty for a package
	user    string
	wrapped bool // runs under libnss_wrapper, with the accounts of the tests
	start   func(*testing.T, *server, *site)
	version func(*testing.T) string
	idles   patience // when it closes an idle connection
	refuses bool     // it limits the number of clients
	hurry   string   // a command that makes it close an idle connection soon
	// lockedRoot: it refuses every login if the user may write in the root of the tree.
	lockedRoot bool
	// mute lists the lines, and the verbs with any argument, that it does not answer; if
	// mutedBy is set, only after that command.
	mute    []string
	mutedBy string
	// races: two goroutines write replies without a lock, so that one may overwrite a part of
	// another.
	races bool
}

// A patience is the state in which a server closes an idle connection.
type patience int

const (
	endless patience = iota // never
	atLogin                 // only before a login
	always
)

var servers = []server{
	{
		name: "vsftpd", program: "vsftpd", user: "anonymous", wrapped: true,
		start:   daemon("vsftpd", "{{.Dir}}/vsftpd.conf"),
		version: printed(`version (\S+)`, "vsftpd", "-v"),
		idles:   always, refuses: true, lockedRoot: true,
	},
	{
		name: "proftpd", program: "proftpd", user: "ftptest",
		start:   daemon("proftpd", "--nodaemon", "--quiet", "--config", "{{.Dir}}/proftpd.conf"),
		version: printed(`Version (\S+)`, "proftpd", "-v"),
		idles:   always, refuses: true,
	},
	{
		name: "pure-ftpd", program: "pure-ftpd", user: "ftptest",
		start:   startPureFTPd,
		version: printed(`v(\S+)`, "pure-ftpd", "--help"),
		idles:   always, refuses: true, hurry: "SITE IDLE 1",
		// It drops a line whose verb has other bytes than letters.
		mute: []string{
			" NOOP", "N\x00OOP", "NOOP\r", "NOOP\r\x00NOOP", "\xff\xfb\x06NOOP", "\xff\xfd\x06NOOP", "\xff\xf1NOOP",
			"\x1b[31mNOOP", "SSH-2.0-x",
		},
	},
	{
		name: "inetutils-ftpd", program: "ftpd", user: "ftptest", wrapped: true,
		start: inetd("ftpd", "--auth=default", "--timeout={{.Idle}}", "--max-timeout=3600"),
		// After its first syntax error it no longer answers commands that it does not recognise.
		mutedBy: "NOOP surplus",
		mute: []string{
			"MODE Z", "MODE X", "TYPE A X", "TYPE X", "STRU X", "ALLO x", "SITE", "SITE NOWHERE", "REST -1", "REST x", "LPRT x",
			"P@SW", "LANG", "MLST", "MLSD", "HOST", "ALGS", "MFMT", "MFCT", "MFF", "PRET", "CLNT", "CSID", "HASH",
			"XCRC", "XMD5", "XSHA", "XSHA1", "XSHA256", "XSHA512", "MD5", "MMD5", "RANG", "AVBL", "ESTA", "ESTP", "SSCN",
		},
		version: printed(`\) (\S+)`, "ftpd", "--version"),
		idles:   always,
	},
	{
		name: "pyftpdlib", program: "/usr/bin/python3", user: "ftptest",
		start:   daemon("/usr/bin/python3", "{{.Dir}}/server.py"),
		version: printed(`^([0-9.]+)`, "/usr/bin/python3", "-c", "import pyftpdlib; print(pyftpdlib.__ver__)"),
		idles:   atLogin, refuses: true,
	},
	{
		name: "ftpserverlib", user: "ftptest",
		start:   startFtpserverlib,
		version: required("github.com/fclairamb/ftpserverlib"),
		idles:   always, refuses: true, races: true,
	},
	{
		name: "goftp", user: "ftptest",
		start:   startGoftp,
		version: required("goftp.io/server/v2"),
	},
}

// wrapping returns the environment in which a server sees the accounts of the tests instead
// of those of the machine.
var wrapping = []string{
	"LD_PRELOAD=libnss_wrapper.so", "NSS_WRAPPER_PASSWD={{.Dir}}/passwd",
	"NSS_WRAPPER_SHADOW={{.Dir}}/shadow", "NSS_WRAPPER_GROUP={{.Dir}}/group",
}

// require skips the test if the server cannot run on this machine.
func (s *server) require(t *testing.T) {
	t.Helper()
	libraries, _ := filepath.Glob("/usr/lib/*/libnss_wrapper.so")
	switch {
	case testing.Short():
		t.Skip("real servers are not started with -short")
	case s.program == "":
	case find(s.program) == "" || s.version(t) == "":
		t.Skipf("%s is not installed; run interop/install.sh", s.name)
	case s.wrapped && libraries == nil:
		t.Skip("libnss-wrapper is not installed; run interop/install.sh")
	case os.Geteuid() != 0:
		t.Skipf("%s changes its user, and only root can", s.name)
	}
}

// isMute reports whether a line, or any with its verb, is not answered. SITE is answered with
// most arguments.
func (s *server) isMute(line string) bool {
	verb, _, _ := strings.Cut(line, " ")
	return slices.Contains(s.mute, line) || slices.Contains(s.mute, verb) && verb != "SITE"
}

// printed extracts the version from the output of a program, or returns "".
func printed(pattern string, words ...string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		found := regexp.MustCompile(pattern).FindStringSubmatch(output(t, words...))
		if found == nil {
			return ""
		}
		return found[1]
	}
}

// required returns the version in go.mod.
func required(module string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(version))
	}
}

// startPureFTPd starts pure-ftpd, whose accounts are in a file that pure-pw makes.
func startPureFTPd(t *testing.T, srv *server, s *site) {
	compile := s.command(t, false, "pure-pw", "mkdb", "{{.Dir}}/passwd.pdb", "-f", "{{.Dir}}/passwd")
	if text, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("pure-pw: %v: %s", err, text)
	}
	daemon("pure-ftpd", "--login", "puredb:{{.Dir}}/passwd.pdb", "--bind", "{{.Host}},{{.Port}}",
		"--maxclientsnumber", "{{.Clients}}", "--noanonymous", "--dontresolve", "--pidfile", "{{.Dir}}/pid",
		"--tls", "1", "--certfile", "{{.Certificate}}")(t, srv, s)
}
