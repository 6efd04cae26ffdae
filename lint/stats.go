package lint

import (
	"bytes"
	"regexp"
	"strings"

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
	if s.Commands > 0 && s.Replies > 0 {
		s.Owed, s.Aligned = q.Owed(), q.Aligned()
	}
}

// begin notes what the first reply shows.
func (s *Stats) begin(greeting ftpreply.Reply) {
	s.LineEnd = "LF"
	if bytes.HasSuffix(greeting.Raw(), []byte("\r\n")) {
		s.LineEnd = "CR LF"
	}
	s.Software = software(greeting)
}

// products are names that servers give themselves.
var products = []string{
	"vsFTPd", "ProFTPD", "Pure-FTPd", "pyftpdlib", "FileZilla Server", "Microsoft FTP Service", "GridFTP Server",
	"Serv-U", "wu-ftpd", "NcFTPd", "bftpd", "glFTPd", "Twisted", "aioftp", "Xlight", "Cerberus", "CrushFTP", "SFTPGo", "libunftp",
}

// productsFrom has the names by their first letter, in lower case.
var productsFrom = func() (from [256][]string) {
	for _, name := range products {
		from[name[0]|0x20] = append(from[name[0]|0x20], name)
	}
	return from
}()

// version is what may stand behind the name.
var version = regexp.MustCompile(`^(?i:[ /v-]+version)?[ /]*[vV]?([0-9][0-9A-Za-z._-]*)`)

// software finds the last name in a greeting, and its version: what comes before may be
// a banner of the operator's.
func software(greeting ftpreply.Reply) string {
	const enough = 2048
	text := greeting.Raw()
	text = text[max(0, len(text)-enough):]
	for i := len(text) - 1; i >= 0; i-- {
		if i > 0 && isAlnum(text[i-1]) {
			continue
		}
		for _, name := range productsFrom[text[i]|0x20] {
			if rest := text[i:]; len(rest) >= len(name) && strings.EqualFold(string(rest[:len(name)]), name) {
				found := string(rest[:len(name)])
				if v := version.FindSubmatch(rest[len(name):]); v != nil {
					found += " " + string(v[1])
				}
				return strings.TrimRight(found, " .-_")
			}
		}
	}
	return ""
}
