package ftpserver

import (
	"io"
	"io/fs"
	"net"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/spf13/afero"
)

// FuzzSession sends any bytes to a server, and checks that it answers with whole replies, ends
// the session and keeps within its limits.
func FuzzSession(f *testing.F) {
	for _, seed := range []string{
		"USER a\r\nPASS b\r\nPWD\r\nQUIT\r\n",
		"USER a\r\nPASS b\r\nMKD x\r\nCWD x\r\nRNFR /readme.txt\r\nRNTO y\r\nDELE y\r\nQUIT\r\n",
		"USER a\r\nPASS b\r\nPORT 127,0,0,1,200,1\r\nEPRT |1|127.0.0.1|51201|\r\nPASV\r\nQUIT\r\n",
		"USER a\r\nPASS b\r\nEPSV ALL\r\nEPSV\r\nABOR\r\nMLST ../../x\r\nSTAT /\r\nQUIT\r\n",
		"AUTH TLS\r\n\x16\x03\x01", "\xff\xf4\xff\xf2ABOR\r\n", "EPRT \r\n", "OPTS UTF8\r\n", "USER \r\r\n\x00",
	} {
		f.Add([]byte(seed))
	}
	certificate, err := NewCertificate()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		files := NewFiles()
		limits := Limits{Files: 3, Stored: 1000, Command: 512}
		server, err := Listen("127.0.0.1:0", Config{Files: files, TLS: certificate.Config, Limits: limits,
			Waits: Waits{Data: 20 * time.Millisecond, Idle: 20 * time.Millisecond}})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		conn, err := net.Dial("tcp", server.Addr.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() {
			conn.Write(input)
			conn.(*net.TCPConn).CloseWrite()
		}()
		conn.SetReadDeadline(time.Now().Add(time.Minute))
		parser := ftpreply.NewParser(conn)
		for {
			r, err := parser.Next()
			if err != nil {
				if e, ok := err.(net.Error); err != io.EOF && ok && e.Timeout() {
					t.Fatalf("the session does not end: %v", err)
				}
				break
			}
			if c := r.Code(); (c < 100 || c > 559) && c != 0 {
				t.Fatalf("code %d", c)
			}
			if r.Code() == 234 {
				break // TLS follows
			}
		}
		conn.Close()
		server.Close()
		count := -1 // the root
		afero.Walk(files, "/", func(string, fs.FileInfo, error) error { count++; return nil })
		if count > 5+limits.Files {
			t.Errorf("%d files and directories", count)
		}
	})
}
