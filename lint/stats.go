package lint

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// Stats is what can be said of a connection as a whole.
type Stats struct {
	Replies  int64
	Commands int64
	Owed     int    // commands that wait for their final reply
	Aligned  bool   // a user-PI that gives each command the next final reply is in step; false when one side alone was recorded
	TLS      bool   // there were TLS records, which cannot be read
	LineEnd  string // of the first reply: "CR LF" or "LF"
	Software string // the server's name and version, if the greeting tells
}

// follow notes how commands and replies stand.
func (s *Stats) follow(q *dialogue.Sequencer) {
	if s.Commands == 0 || s.Replies == 0 {
		return
	}
	s.Owed, s.Aligned = q.Owed(), q.Aligned()
}

// begin notes what the first reply shows.
func (s *Stats) begin(greeting ftpreply.Reply) {
	s.LineEnd = "LF"
	if bytes.HasSuffix(greeting.Raw(), []byte("\r\n")) {
		s.LineEnd = "CR LF"
	}
	s.Software = software(greeting)
}

// products are names that servers give themselves, with a version behind them.
var products = regexp.MustCompile(`(?i)\b(vsFTPd|ProFTPD|Pure-FTPd|pyftpdlib|FileZilla Server|Microsoft FTP Service|GridFTP Server|Serv-U|wu-ftpd|NcFTPd|bftpd|glFTPd|Twisted|aioftp|Xlight|Cerberus|CrushFTP|SFTPGo|libunftp)(?:[ /v-]+version)?[ /]*v?([0-9][0-9A-Za-z._-]*)?`)

func software(greeting ftpreply.Reply) string {
	const enough = 2048
	text := greeting.Raw()
	found := products.FindAllSubmatch(text[max(0, len(text)-enough):], -1)
	if found == nil {
		return ""
	}
	last := found[len(found)-1] // what comes before may be a banner of the operator's
	return string(bytes.TrimRight(bytes.Join(last[1:], []byte{' '}), " .-_"))
}
