package control

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// Stats describes a connection as a whole.
type Stats struct {
	Replies  int64
	Commands int64
	Owed     int    // commands that wait for their final reply
	Aligned  bool   // a client that gives each command the next final reply is in step; false if only one side was recorded
	TLS      bool   // the server sent TLS records, which cannot be read
	LineEnd  string // line ending of the first reply: "CR LF" or "LF"
	Software string // name and version of the server, if the greeting contains them
}

// follow updates the fields that depend on the dialogue.
func (s *Stats) follow(q *hindsight) {
	if s.Commands > 0 && s.Replies > 0 {
		s.Owed, s.Aligned = q.Owed(), q.Aligned()
	}
}

// begin sets the fields that depend on the first reply.
func (s *Stats) begin(greeting ftpreply.Reply) {
	s.LineEnd = "LF"
	if bytes.HasSuffix(greeting.Raw(), []byte("\r\n")) {
		s.LineEnd = "CR LF"
	}
	s.Software = software(greeting)
}

// products lists names that servers give themselves in greetings.
var products = []string{
	"vsFTPd", "ProFTPD", "Pure-FTPd", "pyftpdlib", "FileZilla Server", "Microsoft FTP Service", "GridFTP Server",
	"Serv-U", "wu-ftpd", "NcFTPd", "bftpd", "glFTPd", "Twisted", "aioftp", "Xlight", "Cerberus", "CrushFTP", "SFTPGo", "libunftp",
}

// productsFrom lists the names by their first letter in lower case.
var productsFrom = func() (from [256][]string) {
	for _, name := range products {
		from[name[0]|0x20] = append(from[name[0]|0x20], name)
	}
	return from
}()

// version matches the version number after the name.
var version = regexp.MustCompile(`^(?i:[ /v-]+version)?[ /]*[vV]?([0-9][0-9A-Za-z._-]*)`)

// software returns the last product name in a greeting, and its version. The text before it
// may be a banner of the operator's.
func software(greeting ftpreply.Reply) string {
	const enough = 2048
	text := greeting.Raw()
	text = text[max(0, len(text)-enough):]
	for i := len(text) - 1; i >= 0; i-- {
		if i > 0 && isAlphanumeric(text[i-1]) {
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
