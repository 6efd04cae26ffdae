package probe

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A server is a small FTP server with its files in memory. The answer to a verb can be
// replaced.
type server struct {
	address string
	network *memory
	tls     *tls.Config
	instead map[string]func(c *client, argument string) // by verb; "" is the greeting
	resolve func(c *client, argument string) string     // the path of a file; nil for the usual one
	anyLF   bool                                        // a bare LF ends a command too

	closesBefore, closesAfter int // the number of a command at which the connection is closed, from 1

	mu       sync.Mutex
	files    map[string]string
	folders  map[string]bool
	commands []string
}

// A client is one control connection.
type client struct {
	*server
	conn    net.Conn
	in      *bufio.Reader
	folder  string
	from    string // of RNFR
	restart int
	image   bool
	user    bool
	login   bool
	all     bool // EPSV ALL was sent
	pbsz    bool

	preliminary string // the reply before the next transfer
	private     bool
	passive     net.Listener
	active      string
}

// serve starts a server that ends with the test.
func serve(t *testing.T, instead map[string]func(*client, string)) *server {
	t.Helper()
	s := &server{
		network: newMemory(), address: "127.0.0.1:21", tls: certificate(),
		instead: instead, files: map[string]string{}, folders: map[string]bool{"/": true},
	}
	l, err := s.network.Listen(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	var conns []net.Conn
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			conns = append(conns, conn)
			s.mu.Unlock()
			open.Go(func() {
				defer conn.Close()
				c := &client{server: s, conn: conn, in: bufio.NewReader(conn), folder: "/"}
				defer c.closeData()
				c.run()
			})
		}
	}()
	t.Cleanup(func() {
		l.Close()
		s.mu.Lock()
		for _, conn := range conns {
			conn.Close()
		}
		s.mu.Unlock()
		open.Wait()
	})
	return s
}

// log are the commands so far.
func (s *server) log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

// left returns the files and folders, except the root.
func (s *server) left() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Concat(slices.Sorted(maps.Keys(s.files)), slices.Sorted(maps.Keys(s.folders))[1:])
}

func (c *client) say(text string) { io.WriteString(c.conn, text+"\r\n") }

func (c *client) run() {
	if greet := c.instead[""]; greet != nil {
		greet(c, "")
	} else {
		c.say("220 ready")
	}
	for {
		line, err := c.line()
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		c.mu.Lock()
		c.commands = append(c.commands, line)
		n := len(c.commands)
		c.mu.Unlock()
		if n == c.closesBefore {
			return
		}
		if line == "" {
			continue
		}
		if do := c.instead[verb]; do != nil {
			do(c, argument)
		} else {
			c.answer(verb, argument)
		}
		if verb == "QUIT" || n == c.closesAfter {
			return
		}
	}
}

// line returns the next command without its line ending and without Telnet commands.
func (c *client) line() (string, error) {
	var b strings.Builder
	for !strings.HasSuffix(b.String(), "\r\n") && !(c.anyLF && strings.HasSuffix(b.String(), "\n")) {
		one, err := c.in.ReadByte()
		if err != nil {
			return "", err
		}
		b.WriteByte(one)
	}
	return strings.TrimPrefix(strings.TrimRight(b.String(), "\r\n"), telnetSynch), nil
}

// needsLogin are the commands that do not go without.
const needsLogin = " CWD XCWD CDUP XCUP PWD XPWD MKD XMKD RMD XRMD DELE RNFR RNTO SIZE MDTM MLST LIST NLST MLSD RETR STOR STOU APPE PASV EPSV PORT EPRT REST STAT SYST HELP SITE ABOR TYPE MODE STRU ALLO OPTS "

// path returns the path of a file or directory.
func (c *client) path(argument string) string {
	switch {
	case c.resolve != nil:
		return c.resolve(c, argument)
	case path.IsAbs(argument):
		return path.Clean(argument)
	default:
		return path.Join(c.folder, argument)
	}
}

func (c *client) answer(verb, argument string) {
	if strings.Contains(needsLogin, " "+verb+" ") && !c.login {
		c.say("530 log in first")
		return
	}
	name := c.path(argument)
	c.mu.Lock()
	content, isFile := c.files[name]
	isFolder := c.folders[name]
	c.mu.Unlock()
	good := func(ok bool, yes, no string) {
		if ok {
			c.say(yes)
		} else {
			c.say(no)
		}
	}
	switch strings.TrimPrefix(verb, "X") {
	case "USER":
		c.user = argument != ""
		good(c.user, "331 password", "501 who?")
	case "PASS":
		switch {
		case !c.user:
			c.say("503 USER first")
		case argument != "hunter2x9":
			c.say("530 no")
		default:
			c.login = true
			c.say("230 in")
		}
	case "AUTH":
		if argument != "TLS" {
			c.say("504 only TLS")
			return
		}
		c.say("234 go")
		c.conn = tls.Server(byteConn{c.conn}, c.tls)
		c.in.Reset(c.conn)
	case "PBSZ":
		_, secure := c.conn.(*tls.Conn)
		c.pbsz = secure && argument == "0"
		good(secure, map[bool]string{true: "200 PBSZ=0", false: "501 a number"}[argument == "0"], "503 AUTH first")
	case "PROT":
		switch {
		case !c.pbsz:
			c.say("503 PBSZ first")
		case argument == "P" || argument == "C":
			c.private = argument == "P"
			c.say("200 set")
		default:
			c.say("504 P or C")
		}
	case "CCC":
		secured, ok := c.conn.(*tls.Conn)
		if !ok {
			c.say("533 there is no protection")
			return
		}
		c.say("200 in clear")
		secured.CloseWrite()
		io.Copy(io.Discard, secured)
		c.conn = secured.NetConn().(byteConn).Conn
		c.conn.SetWriteDeadline(time.Time{}) // CloseWrite has set it
		c.in.Reset(c.conn)
	case "FEAT":
		c.say("211-Features\r\n AUTH TLS\r\n EPRT\r\n EPSV\r\n MDTM\r\n MLST type*;size*;\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n UTF8\r\n PBSZ\r\n PROT\r\n CCC\r\n211 End")
	case "OPTS":
		good(argument == "UTF8 ON" || strings.HasPrefix(argument, "MLST"), "200 set", "501 no such option")
	case "TYPE":
		c.image = argument == "I"
		good(slices.Contains([]string{"A", "A N", "I", "L 8"}, argument), "200 set", "504 not this one")
	case "MODE":
		good(argument == "S", "200 set", "504 not this one")
	case "STRU":
		good(argument == "F", "200 set", "504 not this one")
	case "ALLO":
		c.say("202 not needed")
	case "NOOP":
		c.say("200 OK")
	case "SYST":
		c.say("215 UNIX Type: L8")
	case "HELP":
		c.say("214 ask somebody")
	case "SITE":
		good(argument == "HELP", "214 nothing", "502 no")
	case "PWD":
		c.say(fmt.Sprintf(`257 "%s"`, strings.ReplaceAll(c.folder, `"`, `""`)))
	case "CDUP":
		c.folder = path.Dir(c.folder)
		c.say("200 up")
	case "CWD":
		if argument == "" {
			c.say("501 where?")
			return
		}
		if isFolder {
			c.folder = name
		}
		good(isFolder, "250 there", "550 no such directory")
	case "MKD":
		if isFolder || isFile {
			c.say("550 it is there")
			return
		}
		c.change(func() { c.folders[name] = true })
		c.say(fmt.Sprintf(`257 "%s" made`, strings.ReplaceAll(name, `"`, `""`)))
	case "RMD":
		empty := !slices.ContainsFunc(c.left(), func(n string) bool { return path.Dir(n) == name })
		if isFolder && empty {
			c.change(func() { delete(c.folders, name) })
		}
		good(isFolder && empty, "250 gone", "550 no such empty directory")
	case "DELE":
		c.change(func() { delete(c.files, name) })
		good(isFile, "250 gone", "550 no such file")
	case "RNFR":
		c.from = name
		good(isFile, "350 and then", "550 no such file")
	case "RNTO":
		if c.from == "" {
			c.say("503 RNFR first")
			return
		}
		c.change(func() { c.files[name] = c.files[c.from]; delete(c.files, c.from) })
		c.from = ""
		c.say("250 done")
	case "SIZE":
		good(isFile, "213 "+strconv.Itoa(len(content)), "550 no such file")
	case "MDTM":
		good(isFile, "213 20010203040506", "550 no such file")
	case "MLST":
		good(isFile || isFolder, "250-Facts\r\n type=file; "+name+"\r\n250 End", "550 no such file")
	case "STAT":
		c.say("211-Status\r\n fine\r\n211 End")
	case "ABOR":
		c.say("226 nothing to abort")
	case "REST":
		n, err := strconv.ParseUint(argument, 10, 31)
		c.restart = int(n)
		good(err == nil, "350 from there", "501 no number")
	case "PASV", "EPSV":
		c.listen(verb, argument)
	case "PORT", "EPRT":
		c.setActive(verb, argument)
	case "RETR":
		if !isFile {
			c.say("550 no such file")
			return
		}
		rest := content[min(c.restart, len(content)):]
		c.transfer(func(data net.Conn) { io.WriteString(data, rest) })
	case "LIST", "NLST", "MLSD":
		if !isFolder {
			c.say("550 no such directory")
			return
		}
		var lines string
		for _, file := range c.left() {
			if path.Dir(file) == c.folder {
				lines += c.listed(verb, file) + "\r\n"
			}
		}
		c.transfer(func(data net.Conn) { io.WriteString(data, lines) })
	case "STOU":
		c.storeUnique(path.Join(c.folder, "unique.1"), "150 here it comes")
	case "STOR", "APPE":
		start := ""
		if c.restart > 0 || verb == "APPE" {
			start = content
		}
		c.change(func() { c.files[name] = start })
		c.transfer(func(data net.Conn) {
			uploaded, _ := io.ReadAll(data)
			c.change(func() { c.files[name] = start + string(uploaded) })
		})
	case "QUIT":
		c.say("221 bye")
	default:
		c.say("502 not known")
	}
}

// storeUnique stores the data of a STOU.
func (c *client) storeUnique(name, preliminary string) {
	c.preliminary = preliminary
	c.transfer(func(data net.Conn) {
		uploaded, _ := io.ReadAll(data)
		c.change(func() { c.files[name] = string(uploaded) })
	})
}

// listed is a line of a listing.
func (c *client) listed(verb, file string) string {
	switch name, size := path.Base(file), len(c.files[file]); verb {
	case "NLST":
		return name
	case "MLSD":
		return fmt.Sprintf("type=file;size=%d; %s", size, name)
	default:
		return fmt.Sprintf("-rw-r--r--    1 1001     1001     %8d Nov 22 10:25 %s", size, name)
	}
}

func (c *client) change(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
}

func (c *client) listen(verb, argument string) {
	if argument == "9" {
		c.say("522 not this one, use (1)")
		return
	}
	if argument == "ALL" {
		c.all = true
		c.say("200 nothing else")
		return
	}
	if c.all && verb == "PASV" {
		c.say("503 after EPSV ALL")
		return
	}
	c.closeData()
	l, err := c.network.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		c.say("425 no port")
		return
	}
	c.passive, c.active = l, ""
	port := l.Addr().(*net.TCPAddr).Port
	if verb == "EPSV" {
		c.say(fmt.Sprintf("229 Entering Extended Passive Mode (|||%d|)", port))
	} else {
		c.say(fmt.Sprintf("227 Entering Passive Mode (127,0,0,1,%d,%d)", port>>8, port&255))
	}
}

func (c *client) setActive(verb, argument string) {
	var n [6]int
	c.active = ""
	if c.all {
		c.say("503 after EPSV ALL")
		return
	}
	switch verb {
	case "PORT":
		if got, _ := fmt.Sscanf(argument, "%d,%d,%d,%d,%d,%d", &n[0], &n[1], &n[2], &n[3], &n[4], &n[5]); got != 6 || slices.Max(n[:]) > 255 {
			c.say("501 no address")
			return
		}
		c.active = fmt.Sprintf("%d.%d.%d.%d:%d", n[0], n[1], n[2], n[3], n[4]<<8+n[5])
	case "EPRT":
		parts := strings.Split(argument, "|")
		if len(parts) != 5 {
			c.say("501 no address")
			return
		}
		if parts[1] != "1" {
			c.say("522 not this one, use (1)")
			return
		}
		c.active = net.JoinHostPort(parts[2], parts[3])
	}
	if host, port, _ := net.SplitHostPort(c.active); host != "127.0.0.1" || len(port) < 4 {
		c.active = ""
		c.say("501 only to you")
		return
	}
	c.say("200 set")
}

// closeData closes the listener for data connections.
func (c *client) closeData() {
	if c.passive != nil {
		c.passive.Close()
		c.passive = nil
	}
}

func (c *client) transfer(move func(net.Conn)) {
	defer func() { c.restart, c.passive, c.active, c.preliminary = 0, nil, "", "" }()
	var data net.Conn
	var err error
	switch {
	case c.passive != nil:
		c.say(cmp.Or(c.preliminary, "150 here it comes"))
		passive := c.passive
		limit := time.AfterFunc(5*time.Second, func() { passive.Close() })
		data, err = c.passive.Accept()
		limit.Stop()
		c.passive.Close()
	case c.active != "":
		data, err = c.network.DialContext(context.Background(), "tcp", c.active)
		c.say(cmp.Or(c.preliminary, "150 here it comes"))
	default:
		c.say("425 PASV first")
		return
	}
	if err != nil {
		c.say("425 no data connection")
		return
	}
	if c.private {
		data = tls.Server(data, c.tls)
	}
	move(data)
	data.Close()
	c.say("226 done")
}
