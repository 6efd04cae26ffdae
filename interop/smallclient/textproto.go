package smallclient

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A TextprotoClient is one control connection over net/textproto.
type TextprotoClient struct {
	conn     net.Conn
	tls      *tls.Config
	config   *tls.Config
	reader   *bufio.Reader
	replies  *textproto.Reader
	features map[string]bool
	owed     int // replies to commands that were sent
}

// DialTextproto connects and reads the greeting.
func DialTextproto(addr string, config *tls.Config) (*TextprotoClient, error) {
	conn, err := net.DialTimeout("tcp", addr, Patience)
	if err != nil {
		return nil, err
	}
	c := &TextprotoClient{config: config, owed: 1}
	c.setConn(conn)
	_, _, err = c.await(nil)
	return c, err
}

func (c *TextprotoClient) setConn(conn net.Conn) {
	c.conn = conn
	c.reader = bufio.NewReader(conn)
	c.replies = textproto.NewReader(c.reader)
}

// errUnread means that the client and the server disagree about the number of replies.
var errUnread = errors.New("a reply is buffered before the command is sent")

// send writes a command.
func (c *TextprotoClient) send(verb, arg string) error {
	if c.reader.Buffered() > 0 {
		return errUnread
	}
	if strings.ContainsAny(arg, "\r\n\x00") {
		return fmt.Errorf("%s: control character in the argument", verb)
	}
	line := verb
	if arg != "" {
		line += " " + strings.ReplaceAll(arg, "\xff", "\xff\xff")
	}
	c.conn.SetDeadline(time.Now().Add(Patience))
	c.owed++
	if _, err := io.WriteString(c.conn, line+"\r\n"); err != nil {
		return fmt.Errorf("sending %s: %w", verb, err)
	}
	return nil
}

// reply reads one reply. net/textproto returns a reply that a deadline cuts without an
// error, so the deadline is asked for.
func (c *TextprotoClient) reply() (code int, text string, err error) {
	deadline := time.Now().Add(Patience)
	c.conn.SetDeadline(deadline)
	code, text, err = c.replies.ReadResponse(0)
	if err == nil && !time.Now().Before(deadline) {
		err = errors.New("the deadline passed inside a reply")
	}
	if err != nil {
		return code, text, err
	}
	if code >= 400 {
		err = &textproto.Error{Code: code, Msg: text}
	}
	return code, text, err
}

// await reads the final reply to the oldest command.
func (c *TextprotoClient) await(started func(text string) error) (code int, text string, err error) {
	var failed error
	for {
		code, text, err = c.reply()
		if code/100 == 1 && err == nil {
			if started != nil {
				failed, started = started(text), nil
			}
			continue
		}
		c.owed--
		if failed != nil {
			return code, text, errors.Join(failed, err)
		}
		return code, text, err
	}
}

// wasRefused reports whether the server has refused a command and stays connected.
func wasRefused(err error) bool {
	var refused *textproto.Error
	return errors.As(err, &refused) && refused.Code != 421
}

// do sends a command and reads its final reply.
func (c *TextprotoClient) do(verb, arg string) (code int, text string, err error) {
	if err := c.send(verb, arg); err != nil {
		return 0, "", err
	}
	return c.await(nil)
}

// StartTLS protects the control connection and the data connections.
func (c *TextprotoClient) StartTLS() error {
	if _, _, err := c.do("AUTH", "TLS"); err != nil {
		return err
	}
	if c.reader.Buffered() > 0 {
		return errUnread // bytes that an attacker has put after the reply
	}
	c.setConn(tls.Client(c.conn, c.config))
	if _, _, err := c.do("PBSZ", "0"); err != nil {
		return err
	}
	_, _, err := c.do("PROT", "P")
	if err == nil {
		c.tls = c.config
	}
	return err
}

// Login logs in, selects binary transfers, and asks for the features.
func (c *TextprotoClient) Login(user, password string) error {
	code, _, err := c.do("USER", user)
	if err == nil && code == 331 {
		_, _, err = c.do("PASS", password)
	}
	if err != nil {
		return err
	}
	c.features = map[string]bool{}
	if _, text, err := c.do("FEAT", ""); err == nil {
		lines := strings.Split(text, "\n")
		for _, line := range lines[1:max(1, len(lines)-1)] {
			label, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			c.features[strings.ToUpper(label)] = true
		}
	}
	_, _, err = c.do("TYPE", "I")
	return err
}

// Has reports whether the server has listed the feature.
func (c *TextprotoClient) Has(feature string) bool { return c.features[feature] }

var (
	extendedPassive = regexp.MustCompile(`\((.)(.)(.)([0-9]{1,5})(.)\)`)
	sixNumbers      = regexp.MustCompile(`([0-9]{1,3}),([0-9]{1,3}),([0-9]{1,3}),([0-9]{1,3}),([0-9]{1,3}),([0-9]{1,3})`)
)

// parsePort reads the port of a 227 or a 229.
func parsePort(code int, text string) (port int, err error) {
	switch code {
	case 229:
		m := extendedPassive.FindStringSubmatch(text)
		if m == nil || m[1] != m[2] || m[2] != m[3] || m[3] != m[5] {
			return 0, fmt.Errorf("no port in %q", text)
		}
		port, err = strconv.Atoi(m[4])
	case 227:
		m := sixNumbers.FindStringSubmatch(text)
		if m == nil {
			return 0, fmt.Errorf("no address in %q", text)
		}
		for _, number := range m[1:] {
			n, err := strconv.Atoi(number)
			if err != nil || n > 255 {
				return 0, fmt.Errorf("%s in %q is out of range", number, text)
			}
			port = (port<<8 | n) & 0xffff
		}
	default:
		return 0, fmt.Errorf("code %d has no port", code)
	}
	if err == nil && (port < 1 || port > 65535) {
		err = fmt.Errorf("port %d in %q is out of range", port, text)
	}
	return port, err
}

// passive asks for a data connection and opens it, to the host of the control connection.
func (c *TextprotoClient) passive() (net.Conn, error) {
	code, text, err := c.do("EPSV", "")
	if wasRefused(err) {
		code, text, err = c.do("PASV", "")
	}
	if err != nil {
		return nil, err
	}
	port, err := parsePort(code, text)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(c.conn.RemoteAddr().String())
	data, err := net.DialTimeout("tcp", net.JoinHostPort(host, strconv.Itoa(port)), Patience)
	if err != nil {
		return nil, err
	}
	data.SetDeadline(time.Now().Add(Patience))
	if c.tls != nil {
		data = tls.Client(data, c.tls)
	}
	return data, nil
}

// transfer sends a command and moves its data.
func (c *TextprotoClient) transfer(move func(net.Conn) error, verb, arg string) error {
	data, err := c.passive()
	if err != nil {
		return err
	}
	defer data.Close()
	if err := c.send(verb, arg); err != nil {
		return err
	}
	_, _, err = c.await(func(string) error { return errors.Join(move(data), data.Close()) })
	return err
}

// parseEntry reads a line of MLSD.
func parseEntry(line string) (e Entry, ok bool) {
	facts, name, ok := strings.Cut(line, " ")
	if !ok || name == "" || strings.ContainsAny(name, "\r\n\x00") {
		return e, false
	}
	e.Name = name
	for _, fact := range strings.Split(facts, ";") {
		key, value, _ := strings.Cut(fact, "=")
		switch strings.ToLower(key) {
		case "type":
			e.Dir = strings.EqualFold(value, "dir")
		case "size":
			size, err := strconv.ParseUint(value, 10, 64)
			if err != nil {
				return e, false
			}
			e.Size = size
		}
	}
	return e, true
}

// List lists a directory.
func (c *TextprotoClient) List(dir string) (entries []Entry, err error) {
	err = c.transfer(func(data net.Conn) error {
		lines := bufio.NewScanner(data)
		for lines.Scan() {
			if e, ok := parseEntry(lines.Text()); ok {
				entries = append(entries, e)
			}
		}
		return lines.Err()
	}, "MLSD", dir)
	return entries, err
}

// Size returns the size of a file.
func (c *TextprotoClient) Size(name string) (uint64, error) {
	code, text, err := c.do("SIZE", name)
	if err != nil {
		return 0, err
	}
	if code != 213 {
		return 0, fmt.Errorf("SIZE: unexpected code %d", code)
	}
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "+") {
		return 0, fmt.Errorf("SIZE: no size in %q", text)
	}
	return strconv.ParseUint(text, 10, 64)
}

// Retrieve copies a file from an offset on.
func (c *TextprotoClient) Retrieve(name string, offset int64, to io.Writer) error {
	if offset > 0 {
		code, _, err := c.do("REST", strconv.FormatInt(offset, 10))
		if err == nil && code != 350 {
			err = fmt.Errorf("REST: unexpected code %d", code)
		}
		if err != nil {
			return err
		}
	}
	return c.transfer(func(data net.Conn) error {
		_, err := io.Copy(to, data)
		return err
	}, "RETR", name)
}

// Store writes a file.
func (c *TextprotoClient) Store(name string, from io.Reader) error {
	return c.transfer(func(data net.Conn) error {
		_, err := io.Copy(data, from)
		return err
	}, "STOR", name)
}

// Rename renames a file.
func (c *TextprotoClient) Rename(from, to string) error {
	code, _, err := c.do("RNFR", from)
	if err == nil && code != 350 {
		err = fmt.Errorf("RNFR: unexpected code %d", code)
	}
	if err != nil {
		return err
	}
	_, _, err = c.do("RNTO", to)
	return err
}

// Abort begins to retrieve a file and aborts. The server owes a reply to RETR and one to ABOR.
func (c *TextprotoClient) Abort(name string) error {
	err := c.transfer(func(data net.Conn) error {
		if _, err := data.Read(make([]byte, 1)); err != nil {
			return err
		}
		err := c.send("ABOR", "")
		if errors.Is(err, errUnread) {
			return nil // the transfer has ended already
		}
		return err
	}, "RETR", name)
	if err != nil && !wasRefused(err) {
		return err
	}
	for c.owed > 0 {
		if _, _, err := c.await(nil); err != nil && !wasRefused(err) {
			return err
		}
	}
	return nil
}

// Quit says goodbye and closes the connection.
func (c *TextprotoClient) Quit() error {
	_, _, err := c.do("QUIT", "")
	if err := c.conn.Close(); err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	return err
}
