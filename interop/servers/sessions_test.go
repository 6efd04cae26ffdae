//go:build unix

package servers

import (
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/probe"
)

// A session is a script for a player, which plays it to a new server.
type session struct {
	name   string
	play   func(*player)
	limits Limits
	on     func(*server) bool // nil for every server
}

// ample is the limits of a server in a session that does not test limits.
var ample = Limits{Idle: 60, Clients: 20}

var sessions = []session{
	{name: "prelogin", play: prelogin, limits: ample},
	{name: "commands", play: commands, limits: ample},
	{name: "mute", play: mute, limits: ample, on: func(s *server) bool { return len(s.mute) > 0 }},
	{name: "transfers", play: transfers, limits: ample},
	{name: "nodata", play: noData, limits: ample},
	{name: "names", play: names, limits: ample},
	{name: "forged", play: forged, limits: ample},
	{name: "tls", play: overTLS, limits: ample},
	{name: "no-handshake", play: noHandshake, limits: ample},
	{name: "lines", play: lines, limits: ample},
	{name: "pipeline", play: pipeline, limits: ample},
	{name: "abor", play: abort, limits: ample},
	{name: "idle", play: idle, limits: Limits{Idle: 1, Clients: 20}, on: func(s *server) bool { return s.idles != endless }},
	{name: "probe", play: probed, limits: ample},
	{name: "clients", play: clients, limits: Limits{Idle: 60, Clients: 2}, on: func(s *server) bool { return s.refuses }},
}

// prelogin sends commands before a login, allowed and not allowed ones.
func prelogin(p *player) {
	p.connect()
	p.do("NOOP", "SYST", "FEAT", "HELP", "STAT", "PWD", "CWD /", "ABOR", "PASV", "LIST", "MKD x", "SITE HELP", "OPTS UTF8 ON")
	p.settled("ACCT x", "PASS "+password, "REIN", "QUIT")
	p.connect()
	p.settled("USER", "USER nobody-at-all", "PASS wrong", "QUIT")
	p.connect()
	p.settled("USER "+p.site.User, "PASS wrong", "USER "+p.site.User, "PASS "+password, "PWD", "QUIT")
}

// goodArguments lists arguments with which a command may succeed. Each command is also sent
// without an argument, in the order of dialogue.Verbs.
var goodArguments = map[string][]string{
	"ACCT": {"x"}, "CWD": {work, "pub", "..", "nowhere"}, "XCWD": {work, "pub", ".."}, "CDUP": {"surplus"}, "SMNT": {"/"},
	"MODE": {"S", "B", "Z", "X"}, "STRU": {"F", "R", "P", "X"}, "TYPE": {"A", "I", "E", "L 8", "L 7", "A T", "A X", "X"},
	"ALLO": {"10", "10 R 10", "x"}, "REST": {"0", "5", "-1", "x"},
	"RNFR": {"nowhere", "empty.txt"}, "RNTO": {"renamed.txt"},
	"MKD": {"made", "made", "/nowhere/made", `quo"ted`}, "RMD": {"made", "nowhere", `quo"ted`},
	"XMKD": {"made"}, "XRMD": {"made"}, "DELE": {"nowhere", "pub"},
	"PWD": {"surplus"}, "STAT": {"readme.txt", "pub", "nowhere"}, "HELP": {"RETR", "SITE", "NOWHERE"},
	"SITE": {"HELP", "CHMOD 644 readme.txt", "CHMOD 644 nowhere", "CHMOD", "IDLE", "IDLE 100", "UMASK", "UMASK 022", "NOWHERE"},
	"NOOP": {"surplus"}, "SYST": {"surplus"}, "FEAT": {"surplus"}, "P@SW": {"x"}, "ABOR": {"surplus"},
	"ADAT": {"eA=="}, "PBSZ": {"0"}, "PROT": {"C", "S", "X"}, "MIC": {"eA=="}, "CONF": {"eA=="}, "ENC": {"eA=="},
	"OPTS": {"UTF8 ON", "UTF8", "MLST type;size;", "MLST", "NOWHERE"}, "LANG": {"en", "x"},
	"MDTM": {"readme.txt", "nowhere", "20010203040506 readme.txt"}, "SIZE": {"readme.txt", "pub", "nowhere"},
	"MLST": {"readme.txt", "pub", "nowhere"}, "HOST": {"localhost"}, "ALGS": {"STATUS"},
	"MFMT": {"20010203040506 readme.txt", "x readme.txt", "20010203040506 nowhere"},
	"MFCT": {"20010203040506 readme.txt"}, "MFF": {"Modify=20010203040506; readme.txt"},
	"PRET": {"RETR readme.txt"}, "CLNT": {"ftpreply"}, "CSID": {"Name=ftpreply; Version=1;"},
	"HASH": {"readme.txt", "nowhere"}, "XCRC": {"readme.txt"}, "XMD5": {"readme.txt"}, "XSHA": {"readme.txt"},
	"XSHA1": {"readme.txt"}, "XSHA256": {"readme.txt"}, "XSHA512": {"readme.txt"}, "MD5": {"readme.txt"},
	"MMD5": {"readme.txt"}, "RANG": {"0 10", "1 0"}, "AVBL": {"", "pub"}, "ESTA": {""}, "ESTP": {""}, "SSCN": {"ON", "OFF"},
	"PORT": {"127,0,0,1,1", "127,0,0,1,256,1", "8,8,8,8,100,100"}, "EPRT": {"|1|127.0.0.1|1|", "|7|127.0.0.1|5000|", "x"},
	"LPRT": {"4,4,127,0,0,1,2,19,136", "x"}, "EPSV": {"1", "7", "ALL"}, "LPSV": {""}, "PASV": {""},
	"USER": {"nobody-at-all"}, "PASS": {"x"}, "AUTH": {"NOWHERE"}, "REIN": {""},
}

// Commands that change the meaning of later ones. Each is sent on a new connection.
var alone = map[string]bool{
	"USER": true, "PASS": true, "AUTH": true, "REIN": true, "PORT": true, "EPRT": true, "LPRT": true,
	"EPSV": true, "PASV": true, "LPSV": true, "ESTP": true, "REST": true, "PRET": true, "QUIT": true,
	"CDUP": true, "XCUP": true,
}

// Commands that need a data connection. Other sessions send them.
var needData = map[string]bool{
	"STOR": true, "STOU": true, "RETR": true, "LIST": true, "NLST": true, "APPE": true, "MLSD": true,
}

// commands sends every command that package dialogue knows, with arguments and without.
func commands(p *player) {
	var last []string
	p.login()
	for verb := range dialogue.Verbs() {
		switch {
		case needData[verb]:
		case alone[verb]:
			last = append(last, verb)
		default:
			p.do(p.lines(verb)...)
		}
	}
	p.do("NOOP", "QUIT")
	for _, verb := range last {
		p.login()
		p.settled(p.lines(verb)...)
		p.do("NOOP", "QUIT")
	}
}

// lines returns a command without an argument, and with each of its arguments.
func (p *player) lines(verb string) []string {
	lines := []string{verb}
	for _, argument := range goodArguments[verb] {
		lines = append(lines, verb+" "+argument)
	}
	return slices.DeleteFunc(lines, p.server.isMute)
}

// mute sends the lines that the server does not answer.
func mute(p *player) {
	p.login()
	if p.server.mutedBy != "" {
		p.do(p.server.mutedBy)
	}
	p.do(p.server.mute...)
	p.do("NOOP", "QUIT")
}

// transfers plays every transfer command with every kind of data connection.
func transfers(p *player) {
	p.login(calmly)
	p.do("TYPE I")
	for _, opener := range []string{"PASV", "EPSV", "PORT", "EPRT"} {
		p.transfer(probe.Transfer{Opener: opener, Command: "LIST"})
		p.transfer(probe.Transfer{Opener: opener, Command: "RETR readme.txt"})
	}
	for _, command := range []string{
		"NLST", "NLST pub", "LIST -la", "LIST nowhere", "NLST nowhere", "MLSD", "MLSD pub", "MLSD readme.txt",
		"RETR empty.txt", "RETR nowhere", "RETR pub", "RETR",
	} {
		p.transfer(probe.Transfer{Opener: "PASV", Command: command})
	}
	text := []byte("uploaded\r\n")
	for _, command := range []string{"STOR a.txt", "APPE a.txt", "STOU", "STOR /nowhere/a.txt", "STOR"} {
		p.transfer(probe.Transfer{Opener: "PASV", Command: command, Upload: text})
	}
	p.transfer(probe.Transfer{Opener: "PASV", Command: "RETR readme.txt", Restart: "8"})
	p.transfer(probe.Transfer{Opener: "PASV", Command: "STOR a.txt", Restart: "8", Upload: text})
	p.do("DELE a.txt", "TYPE A")
	p.transfer(probe.Transfer{Opener: "PASV", Command: "RETR readme.txt"})
	p.do("QUIT")
}

// noData sends transfer commands without a data connection.
func noData(p *player) {
	for _, command := range []string{"LIST", "NLST", "MLSD", "RETR readme.txt", "STOR b.txt", "STOU", "APPE b.txt"} {
		p.login()
		p.do(command, "QUIT")
	}
	p.login()
	p.do("PORT 127,0,0,1,0,1", "RETR readme.txt", "QUIT")
}

// names requests files whose names are not plain ASCII.
func names(p *player) {
	p.login()
	p.do("STAT tricky", "NOOP", "CWD pub", "CDUP", "MKD m\xc3\xbcll", "CWD m\xc3\xbcll", "PWD", "CDUP", "RMD m\xc3\xbcll",
		"MKD m\xfcll", "RMD m\xfcll", `MKD a"b`, `CWD a"b`, "PWD", "CDUP", `RMD a"b`, "MKD tab\tbed", "RMD tab\tbed",
		"MKD esc\x1b[31m", "RMD esc\x1b[31m", "MLST caf\xc3\xa9", "SIZE caf\xc3\xa9", "SIZE nowhere\x1b[31m", "QUIT")
}

// forged requests the status of a directory with names that look like the end of a reply
// to STAT.
func forged(p *player) {
	p.login()
	p.do("STAT forged", "NOOP", "PWD", "QUIT")
}

// overTLS secures both connections, and returns to clear text. On another connection it
// sends AUTH TLS twice.
func overTLS(p *player) {
	p.connect(calmly)
	if r := p.do("AUTH TLS").Final(); r.Err() != nil {
		return
	}
	p.secure()
	p.do("PBSZ 0", "PROT P")
	p.user()
	p.do("PBSZ 0")
	if r := p.do("PROT P").Final(); r.Err() == nil {
		p.conn.Protect(true)
		p.transfer(probe.Transfer{Opener: "PASV", Command: "LIST"})
		p.transfer(probe.Transfer{Opener: "EPSV", Command: "RETR readme.txt"})
		p.transfer(probe.Transfer{Opener: "PASV", Command: "STOR tls.txt", Upload: []byte("secret\r\n")})
	}
	if r := p.do("PROT C").Final(); r.Err() == nil {
		p.conn.Protect(false)
		p.transfer(probe.Transfer{Opener: "PASV", Command: "NLST"})
	}
	p.do("PROT X", "FEAT", "MIC eA==")
	if r := p.do("CCC").Final(); r.Err() == nil {
		if err := p.conn.StopTLS(p.Context()); err != nil {
			p.Logf("CCC: %v", err)
			return
		}
		p.do("PWD")
	}
	p.do("QUIT")
	p.connect(calmly)
	p.do("AUTH TLS")
	p.secure()
	p.settled("AUTH TLS", "NOOP", "QUIT")
}

func (p *player) secure() {
	p.Helper()
	if err := p.conn.StartTLS(p.Context()); err != nil {
		p.Fatal(err)
	}
}

// noHandshake sends plain text after AUTH TLS, and closes the connection after the first
// reply, because two processes of vsftpd race for the second.
func noHandshake(p *player) {
	p.connect(sipping)
	if r := p.do("AUTH TLS").Final(); r.Err() == nil {
		p.do("NOOP")
	}
}

// lines sends lines that are not plain commands, each on a new connection.
func lines(p *player) {
	for _, line := range []string{
		"", " NOOP", "NOOP ", "noop", "N\x00OOP", "NOOP\r", "NOOP\nNOOP", "NOOP\r\x00NOOP", "CWD a\nPWD",
		"\xff\xfb\x06NOOP", "\xff\xfd\x06NOOP", "\xff\xf1NOOP", "CWD caf\xe9", "CWD caf\xff\xffe", "\x1b[31mNOOP",
		"GET / HTTP/1.0", "HELO there", "SSH-2.0-x",
		"CWD " + strings.Repeat("a", 600), "CWD " + strings.Repeat("a", 5000), "CWD " + strings.Repeat("a", 20000),
		strings.Repeat("A", 600), strings.Repeat("A", 5000), strings.Repeat("A", 20000),
	} {
		p.login()
		p.settled(line)
		p.do("NOOP", "QUIT")
	}
}

// pipeline sends several commands in one segment, and one in many.
func pipeline(p *player) {
	p.login()
	p.do("NOOP\r\nSYST\r\nPWD\r\nTYPE I\r\nCWD pub\r\nPWD\r\nCDUP")
	p.do("FEAT\r\nNOWHERE\r\nNOOP\r\nSTAT pub\r\nNOOP")
	p.do("RNFR nowhere\r\nRNTO b\r\nMKD x\r\nRMD x\r\nQUIT")
	p.login(inPieces)
	p.do("NOOP", "PWD", "SYST\r\nNOOP", "QUIT")
}

// abort sends ABOR at different times, and other commands during a transfer.
func abort(p *player) {
	p.login()
	p.do("ABOR", "TYPE I", "PASV", "ABOR", "NOOP", "PWD", "QUIT")
	for _, during := range []string{"ABOR", synch + "ABOR", "STAT", "NOOP", "QUIT"} {
		for _, x := range []probe.Transfer{
			{Opener: "PASV", Command: "RETR endless.bin", During: during},
			{Opener: "PASV", Command: "STOR half.bin", Upload: []byte("half"), During: during},
		} {
			p.login(urgently)
			p.do("TYPE I")
			p.transfer(x)
			p.settle()
			p.do("NOOP", "QUIT")
		}
	}
}

// idle waits until the server closes an idle connection.
func idle(p *player) {
	p.connect()
	if p.server.idles == always {
		p.user()
	}
	if p.server.hurry != "" {
		p.do(p.server.hurry)
	}
	p.farewell(despair)
	if p.last != ftpreply.CodeServiceNotAvailable {
		p.Errorf("its last reply is %d, not 421", p.last)
	}
}

// clients opens more connections than the server allows.
func clients(p *player) {
	time.Sleep(time.Second) // until the server has closed the connection of waitFor
	var others []*player
	for range p.site.Clients {
		other := *p
		other.conn = nil
		other.login()
		others = append(others, &other)
	}
	p.connect()
	p.settle()
	p.do("USER "+p.site.User, "PASS "+password) // some refuse only here
	p.farewell(despair)
	// Most servers send 421, ProFTPD 530, and ftpserverlib 500.
	if class := p.last.Class(); class != ftpreply.TransientNegative && class != ftpreply.PermanentNegative {
		p.Errorf("its last reply is %d, which is not a refusal", p.last)
	}
	for _, other := range others {
		other.do("QUIT")
		other.hangUp()
	}
}

// probed runs every check of package probe. The run must end, remove every file that it
// made, and receive only replies. Its findings are not compared here.
func probed(p *player) {
	report, err := probe.Run(p.Context(), probe.Config{
		Address: p.site.address(), User: p.site.User, Password: password, Write: !p.server.lockedRoot,
		Found: func(_ int, _ *control.Conn, d *lint.Diagnostic) {
			if d.Item.Kind == control.ErrorItem && !p.server.races {
				p.Errorf("%s: %s", d.Message, masked(d.Excerpt().Line))
			}
		},
	})
	if err != nil {
		p.Fatal(err)
	}
	if len(report.Left) > 0 {
		p.Errorf("it has left %q", report.Left)
	}
	p.Logf("%d checks passed, %d failed, %d refused, %d not supported, %d skipped", report.Count(probe.Passed),
		report.Count(probe.Failed), report.Count(probe.Refused), report.Count(probe.NotSupported), report.Count(probe.Skipped))
}
