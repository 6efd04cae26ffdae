//go:build unix

package servers

import (
	"bytes"
	"crypto/tls"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/interop/smallclient"
)

// TestSmallClient runs the small clients against servers that support all their commands.
func TestSmallClient(t *testing.T) {
	if !*installed {
		t.Skip("-installed is not set")
	}
	config := &tls.Config{InsecureSkipVerify: true, ServerName: "localhost", ClientSessionCache: tls.NewLRUClientSessionCache(8)}
	clients := map[string]func(string) (smallclient.Conn, error){
		"ftpreply":      func(addr string) (smallclient.Conn, error) { return smallclient.Dial(addr, config) },
		"net/textproto": func(addr string) (smallclient.Conn, error) { return smallclient.DialTextproto(addr, config) },
	}
	for _, name := range []string{"vsftpd", "proftpd", "pure-ftpd"} {
		srv := serverNamed(name)
		t.Run(name, func(t *testing.T) {
			srv.require(t)
			for client, dial := range clients {
				for _, security := range []string{"plain", "TLS"} {
					t.Run(client+"/"+security, func(t *testing.T) {
						t.Parallel()
						s := start(t, srv, ample)
						c, err := dial(s.address())
						if err != nil {
							t.Fatal(err)
						}
						// Pure-FTPd 1.0.50 sends one final reply for RETR and ABOR under TLS.
						use(t, c, s.User, security == "TLS", name != "pure-ftpd" || security == "plain")
					})
				}
			}
		})
	}
}

// use calls every method of a small client.
func use(t *testing.T, c smallclient.Conn, user string, secure, aborts bool) {
	check := func(step string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	if secure {
		check("StartTLS", c.StartTLS())
	}
	check("Login", c.Login(user, password))
	if c.Has("MLST") {
		entries, err := c.List(work)
		check("List", err)
		found := map[string]smallclient.Entry{}
		for _, e := range entries {
			found[e.Name] = e
		}
		if e := found["readme.txt"]; e.Size != uint64(len(tree["readme.txt"])) || !found["pub"].Dir {
			t.Errorf("listing: %+v", entries)
		}
	}
	size, err := c.Size(work + "/big.bin")
	check("Size", err)
	if size != uint64(len(tree["big.bin"])) {
		t.Errorf("size %d, want %d", size, len(tree["big.bin"]))
	}
	const offset = 1000
	var got bytes.Buffer
	check("Retrieve", c.Retrieve(work+"/big.bin", offset, &got))
	if got.String() != tree["big.bin"][offset:] {
		t.Errorf("retrieved %d bytes, want %d", got.Len(), len(tree["big.bin"])-offset)
	}
	check("Store", c.Store(work+"/new.txt", strings.NewReader("new\n")))
	check("Rename", c.Rename(work+"/new.txt", work+"/newer.txt"))
	got.Reset()
	check("Retrieve the new file", c.Retrieve(work+"/newer.txt", 0, &got))
	if got.String() != "new\n" {
		t.Errorf("retrieved %q", got.String())
	}
	if err := c.Retrieve(work+"/absent", 0, &got); err == nil {
		t.Error("no error for an absent file")
	}
	if aborts {
		check("Abort", c.Abort(work+"/big.bin"))
	}
	size, err = c.Size(work + "/readme.txt") // the replies are still those of the commands
	check("Size after Abort", err)
	if size != uint64(len(tree["readme.txt"])) {
		t.Errorf("size %d, want %d", size, len(tree["readme.txt"]))
	}
	check("Quit", c.Quit())
}
