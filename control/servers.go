package control

import (
	"bytes"
	_ "embed"
	"net/netip"
	"regexp"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// serversTable lists the texts by which servers name themselves. Its columns:
//
//	reply   the reply that has the text: "greeting" (220) or "system" (215)
//	text    the text, in any case, as a whole word; after "^" it begins the line
//	name    the name of the server
//	source  "measured" with a server that was installed, or "reported" by others
//
// A text that several servers use, such as "FTP server ready", is not in the table.
//
//go:embed servers.tsv
var serversTable string

// A serverText is a row of the table.
type serverText struct {
	text, name string
	begins     bool // the line begins with it
}

// serverTexts holds the rows for one reply by the first letter of the text, in lower case.
type serverTexts [256][]serverText

var inGreeting, inSystem = readServers("greeting"), readServers("system")

func readServers(reply string) *serverTexts {
	var t serverTexts
	for line := range strings.Lines(serversTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if cells[0] != reply {
			continue
		}
		text, begins := strings.CutPrefix(cells[1], "^")
		first := text[0] | 0x20
		t[first] = append(t[first], serverText{text, cells[2], begins})
	}
	return &t
}

// find returns the name and version of the server in the last line of a reply that has one. The
// lines before it may be a banner of the operator's. It returns "" if there is none.
func (t *serverTexts) find(r ftpreply.Reply) string {
	const enough = 2048
	text := r.Raw()
	text = text[max(0, len(text)-enough):]
	var found *serverText
	name := ""
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == '\n' && found != nil {
			break
		}
		s := t.at(text, i)
		if s == nil || found != nil && s.name != found.name {
			continue
		}
		shown := s.name
		if written := text[i : i+len(s.text)]; strings.EqualFold(string(written), s.name) {
			shown = string(written)
		}
		version := versionAfter(text[i+len(s.text):])
		if found = s; name == "" || version != "" {
			name = strings.TrimRight(shown+" "+version, " .-_")
		}
		if version != "" {
			break
		}
	}
	return name
}

// at returns the longest text that is at an index as a whole word, or nil.
func (t *serverTexts) at(b []byte, i int) (longest *serverText) {
	candidates := t[b[i]|0x20]
	if len(candidates) == 0 || i > 0 && isAlphanumeric(b[i-1]) {
		return nil
	}
	for j := range candidates {
		s := &candidates[j]
		end := i + len(s.text)
		switch {
		case end > len(b) || longest != nil && len(longest.text) >= len(s.text):
		case !strings.EqualFold(string(b[i:end]), s.text):
		case end < len(b) && isLetter(b[end]) && isLetter(b[end-1]) && b[end] != 'v':
		case s.begins && !beginsText(b, i):
		default:
			longest = s
		}
	}
	return longest
}

// beginsText reports whether b[i] is the first byte of a line after the code.
func beginsText(b []byte, i int) bool {
	line := b[bytes.LastIndexByte(b[:i], '\n')+1 : i]
	return len(bytes.TrimLeft(line, "0123456789- ")) == 0
}

// version matches a version number after a name, and the words between them.
var version = regexp.MustCompile(`^(?i:[ ,/(:-]|ftp|server|service|for windows|version|ver\.?|v)*([0-9][0-9A-Za-z._-]*)`)

// versionAfter returns the version that follows the name of a server, or "". An address may follow
// too: "ProFTPD Server 192.0.2.1".
func versionAfter(text []byte) string {
	line, _, _ := bytes.Cut(text[:min(len(text), 100)], []byte{'\n'})
	m := version.FindSubmatchIndex(line)
	if m == nil {
		return ""
	}
	v := string(line[m[2]:m[3]])
	_, err := netip.ParseAddr(v)
	if err == nil && bytes.Contains(bytes.ToLower(line[:m[2]]), []byte("server")) {
		return ""
	}
	return v
}
