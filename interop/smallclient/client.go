package smallclient

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
	"github.com/ftpreply/ftpreply/payload"
)

// A Client is one control connection.
type Client struct {
	conn     net.Conn
	tls      *tls.Config // for data connections, once PROT P is accepted
	config   *tls.Config
	replies  *ftpreply.Parser
	sequence dialogue.Sequencer
	features map[string]bool
}

// Dial connects and reads the greeting.
func Dial(addr string, config *tls.Config) (*Client, error) {
	conn, err := net.DialTimeout("tcp", addr, Patience)
	if err != nil {
		return nil, err
	}
	c := &Client{conn: conn, config: config, replies: ftpreply.NewParser(conn)}
	_, err = c.await(nil)
	return c, err
}

// await reads the final reply to the oldest command.
func (c *Client) await(started func(ftpreply.Reply) error) (ftpreply.Reply, error) {
	c.conn.SetDeadline(time.Now().Add(Patience))
	return dialogue.Await(c.replies, &c.sequence, started)
}

// do sends a command and reads its final reply.
func (c *Client) do(verb, arg string) (ftpreply.Reply, error) {
	c.conn.SetDeadline(time.Now().Add(Patience))
	if err := dialogue.Send(c.conn, c.replies, &c.sequence, verb, arg); err != nil {
		return ftpreply.Reply{}, err
	}
	return c.await(nil)
}

// isRefusal reports whether the server has refused a command and stays connected.
func isRefusal(err error) bool {
	var refused *ftpreply.ReplyError
	return errors.As(err, &refused) && !errors.Is(err, ftpreply.ErrServiceClosing)
}

// StartTLS protects the control connection and the data connections.
func (c *Client) StartTLS() error {
	if _, err := c.do("AUTH", "TLS"); err != nil {
		return err
	}
	conn := tls.Client(c.conn, c.config)
	if err := c.replies.Upgrade(conn); err != nil {
		return err // bytes that an attacker has put after the reply
	}
	c.conn = conn
	if _, err := c.do("PBSZ", "0"); err != nil {
		return err
	}
	_, err := c.do("PROT", "P")
	if err == nil {
		c.tls = c.config
	}
	return err
}

// Login logs in, selects binary transfers, and asks for the features.
func (c *Client) Login(user, password string) error {
	r, err := c.do("USER", user)
	if err == nil && r.Code() == ftpreply.CodeUsernameOKNeedPassword {
		_, err = c.do("PASS", password)
	}
	if err != nil {
		return err
	}
	c.features = map[string]bool{}
	if r, err := c.do("FEAT", ""); err == nil {
		if list, err := payload.ParseFeatures(r); err == nil {
			for label := range list.All() {
				c.features[string(label)] = true
			}
		}
	}
	_, err = c.do("TYPE", "I")
	return err
}

// Has reports whether the server has listed the feature.
func (c *Client) Has(feature string) bool { return c.features[feature] }

// passive asks for a data connection and opens it, to the host of the control connection.
func (c *Client) passive() (net.Conn, error) {
	r, err := c.do("EPSV", "")
	if isRefusal(err) {
		r, err = c.do("PASV", "")
	}
	if err != nil {
		return nil, err
	}
	address, err := payload.ParsePassive(r)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(c.conn.RemoteAddr().String())
	data, err := net.DialTimeout("tcp", net.JoinHostPort(host, strconv.Itoa(int(address.Port))), Patience)
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
func (c *Client) transfer(move func(net.Conn) error, verb, arg string) error {
	data, err := c.passive()
	if err != nil {
		return err
	}
	defer data.Close()
	if err := dialogue.Send(c.conn, c.replies, &c.sequence, verb, arg); err != nil {
		return err
	}
	_, err = c.await(func(ftpreply.Reply) error {
		return errors.Join(move(data), data.Close(), c.conn.SetDeadline(time.Now().Add(Patience)))
	})
	return err
}

// List lists a directory.
func (c *Client) List(dir string) (entries []Entry, err error) {
	err = c.transfer(func(data net.Conn) error {
		lines := bufio.NewScanner(data)
		for lines.Scan() {
			if f, err := payload.ParseMLSD(lines.Bytes()); err == nil {
				size, _ := f.Size()
				entries = append(entries, Entry{string(f.Path), size, f.Type() == payload.TypeDir})
			}
		}
		return lines.Err()
	}, "MLSD", dir)
	return entries, err
}

// Size returns the size of a file.
func (c *Client) Size(name string) (uint64, error) {
	r, err := c.do("SIZE", name)
	if err != nil {
		return 0, err
	}
	size, err := payload.ParseSize(r)
	return size.Bytes, err
}

// Retrieve copies a file from an offset on.
func (c *Client) Retrieve(name string, offset int64, to io.Writer) error {
	if offset > 0 {
		if _, err := c.do("REST", strconv.FormatInt(offset, 10)); err != nil {
			return err
		}
	}
	return c.transfer(func(data net.Conn) error {
		_, err := io.Copy(to, data)
		return err
	}, "RETR", name)
}

// Store writes a file.
func (c *Client) Store(name string, from io.Reader) error {
	return c.transfer(func(data net.Conn) error {
		_, err := io.Copy(data, from)
		return err
	}, "STOR", name)
}

// Rename renames a file.
func (c *Client) Rename(from, to string) error {
	if _, err := c.do("RNFR", from); err != nil {
		return err
	}
	_, err := c.do("RNTO", to)
	return err
}

// Abort begins to retrieve a file and aborts. The server owes a reply to RETR and one to ABOR.
func (c *Client) Abort(name string) error {
	err := c.transfer(func(data net.Conn) error {
		if _, err := data.Read(make([]byte, 1)); err != nil {
			return err
		}
		err := dialogue.Send(c.conn, c.replies, &c.sequence, "ABOR", "")
		if errors.Is(err, dialogue.ErrUnread) {
			return nil // the transfer has ended already
		}
		return err
	}, "RETR", name)
	for c.sequence.Owed() > 0 && (err == nil || isRefusal(err)) {
		_, err = c.await(nil)
	}
	if isRefusal(err) {
		return nil
	}
	return err
}

// Quit says goodbye and closes the connection.
func (c *Client) Quit() error {
	_, err := c.do("QUIT", "")
	if err := c.conn.Close(); err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	return err
}
