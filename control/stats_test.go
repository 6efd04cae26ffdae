package control

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStats(t *testing.T) {
	tests := []struct {
		server string
		want   Stats
	}{
		{"220 (vsFTPd 3.0.3)\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "vsFTPd 3.0.3"}},
		{"220 Microsoft FTP Service\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "Microsoft FTP Service"}},
		{"220 Welcome to ProFTPD Server Version v1.3.8b-x. Ready\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "ProFTPD 1.3.8b-x"}},
		{"220 PROFTPD version 1.3.8b.\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "PROFTPD 1.3.8b"}},
		{"220 FileZilla Server/v0.9.60 beta\r\n", Stats{Replies: 1, LineEnd: "CR LF", Software: "FileZilla Server 0.9.60"}},
		{"220 notvsFTPd xvsftpd 3\r\n", Stats{Replies: 1, LineEnd: "CR LF"}},
		{"220-not ProFTPD 1.0\n220 Pure-FTPd\n", Stats{Replies: 1, LineEnd: "LF", Software: "Pure-FTPd"}},
		{"220 ready\r\n234 go\r\n\x16\x03\x03\x00\x00", Stats{Replies: 2, LineEnd: "CR LF", TLS: true}},
		{"", Stats{}},
	}
	for _, tt := range tests {
		var c Conn
		c.Server([]byte(tt.server), time.Time{})
		c.Close(RecordingEnds)
		if diff := cmp.Diff(tt.want, c.Stats); diff != "" {
			t.Errorf("%q: %s", tt.server, diff)
		}
	}
}
