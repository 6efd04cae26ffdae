package cases

import (
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
)

func named(group string, severity Severity, list []Case) (all []*Case) {
	for _, c := range list {
		c.Name = group + "/" + c.Name
		if c.Severity == "" {
			c.Severity = severity
		}
		all = append(all, &c)
	}
	return all
}

// refusing returns a script that answers every AUTH with the reply. Clients try several names.
func refusing(reply string) ftpserver.Script {
	const tries = 4
	var s ftpserver.Script
	for range tries {
		s.Changes = append(s.Changes, ftpserver.Change{At: "AUTH", Send: []ftpserver.Part{text(reply)}})
	}
	return s
}

const tlsRFC = "RFC 4217, section 4"

func tlsCases() []*Case {
	return named("tls", Error, []Case{
		{Name: "injected-after-234", Summary: "Plaintext replies come in the segment of the 234.", Want: Either, RFC: tlsRFC, Report: "CVE-2021-22947",
			Never: "takes the plaintext replies for replies under TLS", Script: held("AUTH", text("{reply}331 Injected.\r\n230 Injected.\r\n"))},
		{Name: "auth-refused", Summary: "AUTH is refused.", Want: Either, RFC: tlsRFC, Never: "sends the password in plaintext although its user asked for TLS",
			Secret: true, Script: refusing("534 No.\r\n")},
		{Name: "auth-502", Summary: "AUTH is unknown.", Want: Either, RFC: tlsRFC, Never: "sends the password in plaintext although its user asked for TLS",
			Secret: true, Script: refusing("502 Unknown.\r\n")},
		{Name: "auth-202", Summary: "AUTH is answered by 202, and TLS does not begin.", Want: Refuse, RFC: "RFC 959, section 4.2", Never: "believes that the connection has TLS",
			Secret: true, Script: refusing("202 Superfluous.\r\n")},
		{Name: "close-in-handshake", Summary: "The server closes during the handshake.", Want: Refuse, RFC: tlsRFC, Never: "continues in plaintext",
			Secret: true, Script: ftpserver.Script{TLSFault: ftpserver.CloseInHandshake}},
		{Name: "expired-certificate", Summary: "The certificate has expired.", Want: Refuse, RFC: "RFC 5280, section 4.1.2.5", Never: "sends the password",
			Script: ftpserver.Script{TLSFault: ftpserver.ExpiredCertificate}},
		{Name: "other-certificate", Summary: "The certificate is for another name, of another authority.", Want: Refuse, RFC: "RFC 4217, section 10", Never: "sends the password",
			Script: ftpserver.Script{TLSFault: ftpserver.OtherNameCertificate}},
		{Name: "prot-refused", Summary: "PROT is refused.", Want: Either, RFC: "RFC 4217, section 9", Never: "sends data in plaintext although its user asked for TLS",
			Script: change("PROT", text("534 No.\r\n"))},
		{Name: "pbsz-refused", Summary: "PBSZ is refused.", Want: Either, RFC: "RFC 4217, section 8",
			Script: change("PBSZ", text("503 No.\r\n"))},
	})
}

func timing() (all []*Case) {
	for _, p := range places {
		reply := ftpserver.Change{At: p.at, Final: p.final}
		add := func(name, summary string, parts ...ftpserver.Part) {
			c := reply
			c.Send = parts
			all = append(all, &Case{Name: "timing/" + name + "/" + p.name, RFC: "RFC 959, section 4.2", Severity: Warning, Want: Succeed,
				Summary: summary, Script: ftpserver.Script{Changes: []ftpserver.Change{c}}})
		}
		add("bytewise", "Each byte comes by itself.", ftpserver.Part{Text: "{reply}", Bytewise: true})
		multi := p.code + "-" + p.text + "begin\r\n middle\r\n" + p.code + " " + p.text + "end\r\n"
		add("bytewise-multi-line", "Each byte of a multi-line reply comes by itself.", ftpserver.Part{Text: multi, Bytewise: true})
		for i := 1; i < len(multi); i++ {
			if i == 3 || i == 4 || multi[i-1] == '\r' || multi[i-1] == '\n' {
				add(fmt.Sprintf("split-%02d", i), "The reply comes in two pieces.",
					text(multi[:i]), ftpserver.Part{Text: multi[i:], Pause: true})
			}
		}
		add("long-pause", "The end of the reply comes after a pause that is longer than a client should wait.",
			text(p.code+"-"+p.text+"begin\r\n"), ftpserver.Part{Text: p.code + " " + p.text + "end\r\n", Long: true})
		all[len(all)-1].Want, all[len(all)-1].Silent = Either, true
	}
	return all
}

func limits() []*Case {
	const rfc = "RFC 959, section 4.2"
	return named("limits", Warning, []Case{
		{Name: "line-64k", Summary: "A line of the reply has 64 KiB.", Want: Either, RFC: rfc, Memory: true,
			Script: held("PWD", text(`257 "/" `), ftpserver.Part{Text: "a", Repeat: 64 << 10}, text("\r\n"))},
		{Name: "line-64k-greeting", Summary: "The greeting is a line of 64 KiB.", Want: Either, RFC: rfc, Memory: true,
			Script: held("", text("220 "), ftpserver.Part{Text: "a", Repeat: 64 << 10}, text("\r\n"))},
		{Name: "reply-1m", Summary: "The reply has 1 MiB in lines.", Want: Either, RFC: rfc, Memory: true,
			Script: held("", text("220-\r\n"), ftpserver.Part{Text: " a line of text of thirty bytes\r\n", Repeat: 32 << 10}, text("220 end\r\n"))},
		{Name: "endless-line", Summary: "The greeting has no end, in one line.", Want: Refuse, RFC: rfc, Memory: true, Silent: true,
			Script: change("", text("220 "), ftpserver.Part{Text: "a", Repeat: ftpserver.Endless})},
		{Name: "endless-lines", Summary: "The greeting has no end, in many lines.", Want: Refuse, RFC: rfc, Memory: true, Silent: true,
			Script: change("", text("220-\r\n"), ftpserver.Part{Text: " more\r\n", Repeat: ftpserver.Endless})},
		{Name: "endless-preliminary", Summary: "Preliminary replies come without end.", Want: Refuse, RFC: rfc, Memory: true, Silent: true,
			Script: change("PASS", ftpserver.Part{Text: "150 Wait.\r\n", Repeat: ftpserver.Endless})},
		{Name: "endless-120", Summary: "120 comes without end.", Want: Refuse, RFC: rfc, Memory: true, Silent: true,
			Script: change("", ftpserver.Part{Text: "120 Wait.\r\n", Repeat: ftpserver.Endless})},
		{Name: "million-lines", Summary: "FEAT has a million lines.", Want: Either, RFC: rfc, Memory: true,
			Script: held("FEAT", text("211-Features\r\n"), ftpserver.Part{Text: " X\r\n", Repeat: 1_000_000}, text("211 End\r\n"))},
	})
}

func attacks() []*Case {
	names := func(lines ...string) *string {
		s := strings.Join(lines, "\r\n") + "\r\n"
		return &s
	}
	data := func(at string, content *string) ftpserver.Script {
		return ftpserver.Script{Changes: []ftpserver.Change{{At: at, Send: []ftpserver.Part{text("{reply}")}, Data: content}}}
	}
	bounce := change("PASV", text("227 Entering Passive Mode (127,0,0,2,{p1},{p2}).\r\n"))
	bounce.Changes = append(bounce.Changes, ftpserver.Change{At: "EPSV", Send: []ftpserver.Part{text("500 Use PASV.\r\n")}})
	bounce.Sink = true
	filled := change("EPSV", text("229 Extended (|1|127.0.0.2|{port}|)\r\n"))
	filled.Sink = true
	const listRFC = "RFC 3659, section 7"
	return named("attack", Error, []Case{
		{Name: "bounce-227", Summary: "The 227 names another host.", Want: Either, RFC: "RFC 2577, section 3", Report: "CVE-2020-8284",
			Never: "connects to the other host", Script: bounce},
		{Name: "bounce-229", Summary: "The 229 names another host.", Want: Either, RFC: "RFC 2428, section 3",
			Never: "connects to the other host", Script: filled},
		{Name: "names-nlst", Summary: "NLST lists names that leave the directory.", Want: Either, RFC: "RFC 959, section 4.1.3",
			Never: "writes a file outside its directory", Script: data("NLST", names("../../evil.txt", "readme.txt"))},
		{Name: "names-list", Summary: "LIST lists names that leave the directory.", Want: Either, RFC: "RFC 959, section 4.1.3", Report: "CVE-2002-1345",
			Never: "writes a file outside its directory", Script: data("LIST", names(
				"-rw-r--r-- 1 ftp ftp 5 Jan  2 03:04 ../../evil.txt", "lrwxrwxrwx 1 ftp ftp 5 Jan  2 03:04 link -> ../.."))},
		{Name: "names-mlsd", Summary: "MLSD lists names that leave the directory.", Want: Either, RFC: listRFC,
			Never: "writes a file outside its directory", Script: data("MLSD", names("Type=file;Size=5; ../../evil.txt", "Type=dir; ..", "Type=file;Size=5; readme.txt"))},
		{Name: "names-control", Summary: "MLSD lists names with control characters.", Want: Either, RFC: listRFC,
			Never: "sends the control characters to a terminal or in a command", Script: data("MLSD", names("Type=file;Size=5; a\x1b[2J\x07b", "Type=file;Size=5; a\rNOOP"))},
		{Name: "terminal-escape", Summary: "The greeting has terminal escapes.", Want: Either, RFC: "RFC 959, section 4.2",
			Never: "sends them to a terminal", Script: change("", text("220 \x1b]0;title\x07\x1b[2Jready\r\n"))},
		{Name: "pwd-injection", Summary: "The path of PWD contains a CR LF pair of another command.", Want: Either, RFC: pathRFC,
			Never: "sends the path with the CR in a command", Script: change("PWD", text("257 \"/\rDELE readme.txt\" is current\r\n"))},
		{Name: "echo-331", Summary: "An error echoes a file name that looks like a reply.", Want: Either, RFC: "RFC 959, section 4.2",
			Never: "takes the echo for a reply", Script: held("PWD", text("257-\"/\"\r\n 230 forged\r\n230 forged\r\n257 \"/\" end\r\n"))},
	})
}
