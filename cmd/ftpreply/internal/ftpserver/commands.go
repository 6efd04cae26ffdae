package ftpserver

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A command says how a verb is answered.
type command struct {
	login    bool // it needs a login
	arg      bool // it needs an argument
	run      func(s *session, arg string) error
	transfer bool // it uses a data connection, and the offset of REST
}

// commands is set by init because its functions use it.
var commands map[string]command

func init() {
	commands = map[string]command{
		"USER": {arg: true, run: (*session).userName},
		"PASS": {run: (*session).password},
		"QUIT": {run: (*session).quit},
		"NOOP": {run: answer("200 OK.")},
		"SYST": {run: answer("215 UNIX Type: L8")},
		"HELP": {run: answer("214 See RFC 959.")},
		"FEAT": {run: (*session).features},
		"OPTS": {arg: true, run: (*session).options},
		"AUTH": {arg: true, run: (*session).auth},
		"PBSZ": {arg: true, run: (*session).bufferSize},
		"PROT": {arg: true, run: (*session).protection},
		"TYPE": {login: true, arg: true, run: (*session).setType},
		"MODE": {login: true, arg: true, run: only("S", "200 Mode S.", "504 Only mode S.")},
		"STRU": {login: true, arg: true, run: only("F", "200 Structure F.", "504 Only structure F.")},
		"ALLO": {login: true, run: answer("202 ALLO is superfluous.")},
		"PWD": {login: true, run: func(s *session, _ string) error {
			return s.reply(false, "257 %s is the current directory.", quote(s.dir))
		}},
		"CWD":  {login: true, arg: true, run: func(s *session, arg string) error { return s.changeDir(s.absolute(arg)) }},
		"CDUP": {login: true, run: func(s *session, _ string) error { return s.changeDir(s.absolute("..")) }},
		"MKD":  {login: true, arg: true, run: (*session).makeDir},
		"RMD":  {login: true, arg: true, run: func(s *session, arg string) error { return s.remove(arg, true) }},
		"DELE": {login: true, arg: true, run: func(s *session, arg string) error { return s.remove(arg, false) }},
		"RNFR": {login: true, arg: true, run: (*session).renameFrom},
		"RNTO": {login: true, arg: true, run: (*session).renameTo},
		"SIZE": {login: true, arg: true, run: (*session).size},
		"MDTM": {login: true, arg: true, run: (*session).modTime},
		"MLST": {login: true, run: (*session).facts},
		"STAT": {login: true, run: (*session).status},
		"REST": {login: true, arg: true, run: (*session).restartAt},
		"PASV": {login: true, run: (*session).pasv},
		"EPSV": {login: true, run: (*session).epsv},
		"PORT": {login: true, arg: true, run: (*session).port},
		"EPRT": {login: true, arg: true, run: (*session).eprt},
		"RETR": {login: true, arg: true, run: (*session).retrieve},
		"LIST": {login: true, run: (*session).list},
		"NLST": {login: true, run: (*session).list},
		"MLSD": {login: true, run: (*session).list},
		"STOR": {login: true, arg: true, run: (*session).store},
		"APPE": {login: true, arg: true, run: (*session).store},
		"STOU": {login: true, run: (*session).store},
		"ABOR": {login: true, run: (*session).abort},
	}
	for _, verb := range []string{"PWD", "CWD", "MKD", "RMD"} { // RFC 1123, section 4.1.3.1
		commands["X"+verb] = commands[verb]
	}
	commands["XCUP"] = commands["CDUP"]
	for _, verb := range []string{"RETR", "LIST", "NLST", "MLSD", "STOR", "APPE", "STOU"} {
		c := commands[verb]
		c.transfer = true
		commands[verb] = c
	}
}

func answer(text string) func(*session, string) error {
	return func(s *session, _ string) error { return s.reply(false, "%s", text) }
}

// only answers a command that has one possible argument.
func only(arg, yes, no string) func(*session, string) error {
	return func(s *session, got string) error {
		if strings.EqualFold(got, arg) {
			return s.reply(false, "%s", yes)
		}
		return s.reply(false, "%s", no)
	}
}

func (s *session) userName(arg string) error {
	s.user, s.loggedIn = arg, false
	s.useScript(arg)
	return s.reply(false, "331 Password, please.")
}

func (s *session) password(string) error {
	if s.user == "" {
		return s.reply(false, "503 USER comes first.")
	}
	s.loggedIn = true
	return s.reply(false, "230 Logged in.")
}

func (s *session) quit(string) error {
	s.reply(false, "221 Goodbye.")
	return errOver
}

func (s *session) features(string) error {
	lines := "EPRT|EPSV|MDTM|MLST Type*;Size*;Modify*;|PASV|REST STREAM|SIZE|TVFS|UTF8"
	if s.server.config.TLS != nil {
		lines = "AUTH TLS|" + lines + "|PBSZ|PROT"
	}
	return s.reply(false, "211-Features\r\n %s\r\n211 End", strings.ReplaceAll(lines, "|", "\r\n "))
}

func (s *session) options(arg string) error {
	switch words := strings.Fields(strings.ToUpper(arg)); {
	case len(words) == 2 && words[0] == "UTF8" && words[1] == "ON":
		return s.reply(false, "200 UTF-8 is on.")
	case len(words) > 0 && words[0] == "MLST":
		return s.reply(false, "200 MLST OPTS Type;Size;Modify;")
	}
	return s.reply(false, "501 No such option.")
}

func (s *session) auth(arg string) error {
	switch {
	case s.server.config.TLS == nil || s.secure:
		return s.reply(false, "534 TLS is not available.")
	case !slices.Contains([]string{"TLS", "TLS-C", "SSL"}, strings.ToUpper(arg)): // SSL is older than RFC 4217
		return s.reply(false, "504 Only AUTH TLS.")
	case s.refuses234():
		return s.reply(false, "234 Begin TLS.") // a change sends another reply
	}
	if err := s.reply(false, "234 Begin TLS."); err != nil {
		return err
	}
	s.user, s.loggedIn = "", false
	return s.startTLS()
}

// refuses234 reports whether a change replaces the 234 by a reply after which TLS does not
// begin.
func (s *session) refuses234() bool {
	for _, c := range s.changes {
		if c.At == "AUTH" && !c.Final {
			return len(c.Send) == 0 || !strings.HasPrefix(c.Send[0].Text, "{reply}")
		}
	}
	return false
}

func (s *session) bufferSize(string) error {
	if !s.secure {
		return s.reply(false, "503 AUTH comes first.")
	}
	s.pbsz = true
	return s.reply(false, "200 PBSZ=0")
}

func (s *session) protection(arg string) error {
	switch {
	case !s.secure || !s.pbsz:
		return s.reply(false, "503 AUTH and PBSZ come first.")
	case strings.EqualFold(arg, "P"), strings.EqualFold(arg, "C"):
		s.protect = strings.EqualFold(arg, "P")
		return s.reply(false, "200 Protection %s.", strings.ToUpper(arg))
	}
	return s.reply(false, "536 Only protection C and P.")
}

func (s *session) setType(arg string) error {
	switch strings.ToUpper(arg) {
	case "A", "A N":
		s.ascii = true
	case "I", "L 8":
		s.ascii = false
	default:
		return s.reply(false, "504 Only types A, I and L 8.")
	}
	return s.reply(false, "200 Type %s.", strings.ToUpper(arg))
}

func (s *session) restartAt(arg string) error {
	n, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || n < 0 {
		return s.reply(false, "501 Not an offset.")
	}
	s.restart = n
	return s.reply(false, "350 Restarting at %d.", n)
}

// openPassive opens a port and returns it, or 0.
func (s *session) openPassive() uint16 {
	s.closePassive()
	s.active = netip.AddrPort{}
	for range 20 {
		listener, err := net.Listen("tcp", net.JoinHostPort(s.local.Addr().String(), "0"))
		if err != nil {
			return 0
		}
		port := addrPort(listener.Addr()).Port()
		if s.script != nil && s.script.Sink {
			if s.sink, err = net.Listen("tcp", sinkAddress(port)); err != nil {
				listener.Close() // the port is in use there, or there is no such address
				continue
			}
			go s.watchSink(s.sink, listener)
		}
		s.passive, s.passivePort = listener, port
		return port
	}
	return 0
}

func (s *session) closePassive() {
	if s.passive != nil {
		s.passive.Close()
		s.passive = nil
	}
	if s.sink != nil {
		s.sink.Close()
		s.sink = nil
	}
}

// watchSink counts connections to the address that no client may connect to. The first one ends
// the wait for the right connection.
func (s *session) watchSink(sink, right net.Listener) {
	for {
		conn, err := sink.Accept()
		if err != nil {
			return
		}
		s.sunk.Add(1)
		conn.Close()
		right.Close()
	}
}

func (s *session) pasv(string) error {
	switch {
	case s.epsvOnly:
		return s.reply(false, "501 Only EPSV after EPSV ALL.")
	case !s.local.Addr().Is4():
		return s.reply(false, "522 Use EPSV (2)")
	}
	port := s.openPassive()
	if port == 0 {
		return s.reply(false, "425 No port is free.")
	}
	return s.reply(false, "227 Entering Passive Mode (%s,%d,%d).", commas(s.local.Addr()), port/256, port%256)
}

func (s *session) epsv(arg string) error {
	family := "2"
	if s.local.Addr().Is4() {
		family = "1"
	}
	switch {
	case strings.EqualFold(arg, "ALL"):
		s.epsvOnly = true
		return s.reply(false, "200 EPSV ALL.")
	case arg != "" && arg != family:
		return s.reply(false, "522 Only protocol (%s)", family)
	}
	port := s.openPassive()
	if port == 0 {
		return s.reply(false, "425 No port is free.")
	}
	return s.reply(false, "229 Entering Extended Passive Mode (|||%d|)", port)
}

func (s *session) port(arg string) error {
	var n [6]int
	if strings.Count(arg, ",") != 5 {
		return s.reply(false, "501 Not six numbers.")
	}
	for i, part := range strings.Split(arg, ",") {
		var err error
		if n[i], err = strconv.Atoi(part); err != nil || n[i] < 0 || n[i] > 255 {
			return s.reply(false, "501 Not six numbers.")
		}
	}
	ip := netip.AddrFrom4([4]byte{byte(n[0]), byte(n[1]), byte(n[2]), byte(n[3])})
	return s.setActive(netip.AddrPortFrom(ip, uint16(n[4]<<8|n[5])))
}

func (s *session) eprt(arg string) error {
	fields := strings.Split(arg, arg[:1])
	if len(fields) != 5 {
		return s.reply(false, "501 Not |protocol|address|port|.")
	}
	address, err := netip.ParseAddrPort(net.JoinHostPort(fields[2], fields[3]))
	switch {
	case fields[1] != "1" && fields[1] != "2":
		return s.reply(false, "522 Use (1,2)")
	case err != nil:
		return s.reply(false, "501 Not |protocol|address|port|.")
	}
	return s.setActive(address)
}

// setActive remembers where to connect to. Only the client's own address is allowed, and no
// port of a system service (RFC 2577, section 3).
func (s *session) setActive(a netip.AddrPort) error {
	switch {
	case s.epsvOnly:
		return s.reply(false, "501 Only EPSV after EPSV ALL.")
	case a.Addr().Unmap() != s.remote.Addr() || a.Port() < 1024:
		return s.reply(false, "504 Only ports from 1024 of your own address.")
	}
	s.closePassive()
	s.active = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	return s.reply(false, "200 Will connect.")
}

func (s *session) changeDir(name string) error {
	if info, err := s.server.config.Files.Stat(name); err != nil || !info.IsDir() {
		return s.reply(false, "550 No such directory.")
	}
	s.dir = name
	return s.reply(false, "250 Directory changed.")
}

func (s *session) makeDir(arg string) error {
	name := s.absolute(arg)
	if _, err := s.server.config.Files.Stat(name); err == nil || !safe(name) || !s.hasParent(name) || !s.server.mayMake() {
		return s.reply(false, "550 Cannot make it.")
	}
	if err := s.server.config.Files.Mkdir(name, 0o755); err != nil {
		return s.reply(false, "550 Cannot make it.")
	}
	return s.reply(false, "257 %s created.", quote(name))
}

func (s *session) remove(arg string, dir bool) error {
	name := s.absolute(arg)
	files := s.server.config.Files
	info, err := files.Stat(name)
	switch {
	case err != nil || info.IsDir() != dir || name == "/":
		return s.reply(false, "550 No such file or directory.")
	case dir && len(s.entries(name)) > 0:
		return s.reply(false, "550 Not empty.")
	case files.Remove(name) != nil:
		return s.reply(false, "550 Cannot remove it.")
	}
	if !dir {
		s.server.free(info.Size())
	}
	return s.reply(false, "250 Removed.")
}

func (s *session) renameFrom(arg string) error {
	name := s.absolute(arg)
	if _, err := s.server.config.Files.Stat(name); err != nil || name == "/" {
		return s.reply(false, "550 No such file or directory.")
	}
	s.renaming = name
	return s.reply(false, "350 And the new name?")
}

func (s *session) renameTo(arg string) error {
	from, to := s.renaming, s.absolute(arg)
	s.renaming = ""
	_, err := s.server.config.Files.Stat(to)
	switch {
	case from == "":
		return s.reply(false, "503 RNFR comes first.")
	case !os.IsNotExist(err), !safe(to), !s.hasParent(to), strings.HasPrefix(to, from+"/"):
		return s.reply(false, "553 Not a possible name.")
	case s.server.config.Files.Rename(from, to) != nil:
		return s.reply(false, "550 Cannot rename it.")
	}
	return s.reply(false, "250 Renamed.")
}

func (s *session) size(arg string) error {
	info, err := s.server.config.Files.Stat(s.absolute(arg))
	switch {
	case err != nil || info.IsDir():
		return s.reply(false, "550 No such file.")
	case s.ascii:
		return s.reply(false, "550 SIZE needs TYPE I.") // RFC 3659, section 4.2
	}
	return s.reply(false, "213 %d", info.Size())
}

func (s *session) modTime(arg string) error {
	info, err := s.server.config.Files.Stat(s.absolute(arg))
	if err != nil || info.IsDir() {
		return s.reply(false, "550 No such file.")
	}
	return s.reply(false, "213 %s", info.ModTime().UTC().Format(timeFormat))
}

func (s *session) facts(arg string) error {
	name := s.absolute(arg)
	info, err := s.server.config.Files.Stat(name)
	if err != nil || !safe(name) {
		return s.reply(false, "550 No such file or directory.")
	}
	return s.reply(false, "250-Facts\r\n %s %s\r\n250 End", factsOf(info), name)
}

func (s *session) status(arg string) error {
	if arg == "" || s.transfer != nil {
		return s.reply(false, "211 Ready.")
	}
	var lines strings.Builder
	for _, info := range s.entries(s.absolute(arg)) {
		fmt.Fprintf(&lines, " %s\r\n", listLine(info))
	}
	return s.reply(false, "212-Status\r\n%s212 End", lines.String())
}
