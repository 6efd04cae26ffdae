package cases

import (
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"
)

// dialogueCases has the cases whose replies are well-formed, but too few, too many or in another
// order.
var dialogueCases = []Case{
	{Name: "greeting-120", Summary: "120 comes before the 220.", Want: Succeed, RFC: "RFC 959, section 5.4",
		Script: change("", text("120 Ready in 001 minutes.\r\n"), ftpserver.Part{Text: "{reply}", Pause: true})},
	{Name: "greeting-421", Summary: "The server refuses the connection.", Want: Refuse, RFC: "RFC 959, section 5.4",
		Script: closing("", text("421 Too many connections.\r\n"))},
	{Name: "greeting-500", Summary: "The greeting is an error.", Want: Refuse, RFC: "RFC 959, section 5.4",
		Script: change("", text("500 No.\r\n"))},
	{Name: "greeting-554", Summary: "The greeting is an error with an unusual code.", Want: Refuse, RFC: "RFC 1123, section 4.1.2.11",
		Script: change("", text("554 No.\r\n"))},
	{Name: "greeting-twice", Summary: "A second 220 follows the greeting.", Want: Either, RFC: "RFC 959, section 5.4", Never: "takes the second greeting for the answer to USER",
		Script: held("", text("{reply}{reply}"))},
	{Name: "user-230", Summary: "The server needs no password.", Want: Succeed, RFC: "RFC 959, section 5.4",
		Script: change("USER", text("230 Logged in.\r\n"))},
	{Name: "user-332", Summary: "The server asks for an account.", Want: Either, RFC: "RFC 959, section 5.4",
		Script: change("USER", text("332 Account, please.\r\n"))},
	{Name: "user-530", Summary: "The server refuses the user.", Want: Refuse, RFC: "RFC 959, section 5.4",
		Script: change("USER", text("530 No.\r\n"))},
	{Name: "pass-202", Summary: "The password is superfluous.", Want: Succeed, RFC: "RFC 959, section 5.4",
		Script: change("PASS", text("202 Superfluous.\r\n"))},
	{Name: "pass-332", Summary: "The server asks for an account after the password.", Want: Either, RFC: "RFC 959, section 5.4",
		Script: change("PASS", text("332 Account, please.\r\n"))},
	{Name: "pass-530", Summary: "The server refuses the password.", Want: Refuse, RFC: "RFC 959, section 5.4",
		Script: change("PASS", text("530 No.\r\n"))},
	{Name: "pass-unknown-2yz", Summary: "The login succeeds with an unknown code.", Want: Succeed, RFC: "RFC 1123, section 4.1.2.11",
		Script: change("PASS", text("239 In.\r\n"))},
	{Name: "type-unknown-2yz", Summary: "TYPE succeeds with an unknown code.", Want: Succeed, RFC: "RFC 1123, section 4.1.2.11",
		Script: change("TYPE", text("259 Type.\r\n"))},
	{Name: "type-504", Summary: "TYPE is refused.", Want: Either, RFC: "RFC 959, section 5.4",
		Script: change("TYPE", text("504 No.\r\n"))},
	{Name: "retr-550", Summary: "The file is refused.", Want: Refuse, RFC: "RFC 959, section 5.4",
		Script: instead("RETR", "550 No.\r\n", "")},
	{Name: "retr-425-first", Summary: "The data connection is refused before a 150.", Want: Refuse, RFC: "RFC 959, section 5.4",
		Script: instead("RETR", "425 No data connection.\r\n", "")},
	{Name: "retr-150-twice", Summary: "A second 150 follows.", Want: Either, RFC: "RFC 959, section 4.2",
		Script: change("RETR", text("{reply}{reply}"))},
	{Name: "retr-110", Summary: "A restart marker comes between the 150 and the 226.", Want: Succeed, RFC: "RFC 959, section 4.2.1",
		Script: change("RETR", text("{reply}"), ftpserver.Part{Text: "110 MARK 1 = 1\r\n", Pause: true})},
	{Name: "retr-without-150", Summary: "The data and the 226 come without a 150.", Want: Either, RFC: "RFC 959, section 6",
		Script: change("RETR")},
	{Name: "retr-226-early", Summary: "The 226 comes with the 150, before the data.", Want: Succeed, RFC: "RFC 959, section 4.2.1",
		Script: ftpserver.Script{Changes: []ftpserver.Change{{At: "RETR", Send: []ftpserver.Part{text("{reply}226 Complete.\r\n")}}, {At: "RETR", Final: true}}}},
	{Name: "retr-226-late", Summary: "The 226 comes some time after the data.", Want: Succeed, RFC: "RFC 959, section 4.2.1",
		Script: final("RETR", ftpserver.Part{Text: "{reply}", Pause: true})},
	{Name: "retr-250", Summary: "The transfer ends with 250 in place of 226.", Want: Succeed, RFC: "RFC 959, section 5.4",
		Script: final("RETR", text("250 Complete.\r\n"))},
	{Name: "retr-226-without-data", Summary: "The 226 comes, but no byte of data.", Want: Either, RFC: "RFC 959, section 4.2.1", Never: "reports success if SIZE has said another size", Severity: Warning,
		Script: ftpserver.Script{Changes: []ftpserver.Change{{At: "RETR", Send: []ftpserver.Part{text("{reply}")}, NoData: true}}}},
	{Name: "retr-426", Summary: "All data comes, and then a 426.", Want: Refuse, RFC: "RFC 959, section 5.4", Never: "reports success",
		Script: final("RETR", text("426 Aborted.\r\n"))},
	{Name: "retr-451", Summary: "A part of the data comes, and then a 451.", Want: Refuse, RFC: "RFC 959, section 5.4", Never: "reports success",
		Script: partial("451 Disk error.\r\n")},
	{Name: "retr-552", Summary: "A part of the data comes, and then a 552.", Want: Refuse, RFC: "RFC 959, section 5.4", Never: "reports success",
		Script: partial("552 Too much.\r\n")},
	{Name: "stor-552", Summary: "The server refuses stored data at the end.", Want: Refuse, RFC: "RFC 959, section 5.4", Never: "reports success",
		Script: final("STOR", text("552 Full.\r\n"))},
	{Name: "stor-451", Summary: "The server fails to store the data.", Want: Refuse, RFC: "RFC 959, section 5.4", Never: "reports success",
		Script: final("STOR", text("451 Disk error.\r\n"))},
	{Name: "retr-226-twice", Summary: "A second 226 follows the first.", Want: Either, RFC: "RFC 959, section 5.4", Never: "takes the second 226 for the answer to the next command",
		Script: ftpserver.Script{Changes: []ftpserver.Change{{At: "RETR", Final: true, Hold: true, Send: []ftpserver.Part{text("{reply}{reply}")}}}}},
	{Name: "pwd-twice", Summary: "PWD gets two replies at once.", Want: Either, RFC: "RFC 959, section 5.4", Never: "takes the second reply for the answer to the next command",
		Script: held("PWD", text("{reply}{reply}"))},
	{Name: "type-twice", Summary: "TYPE gets two replies at once.", Want: Either, RFC: "RFC 959, section 5.4", Never: "takes the second reply for the answer to the next command",
		Script: held("TYPE", text("{reply}{reply}"))},
	{Name: "abor-426-226", Summary: "ABOR gets 426 for the transfer and 226 for itself.", Want: Succeed, RFC: "RFC 959, section 4.1.3",
		Script: change("ABOR", text("{reply}"))},
	{Name: "quit-500", Summary: "QUIT is refused.", Want: Either, RFC: "RFC 959, section 5.4",
		Script: change("QUIT", text("500 No.\r\n"))},
	{Name: "quit-close", Summary: "The server closes on QUIT without a reply.", Want: Either, RFC: "RFC 959, section 4.1.1",
		Script: closing("QUIT")},
}

// closing returns a script in which the server closes after the parts.
func closing(at string, parts ...ftpserver.Part) ftpserver.Script {
	return ftpserver.Script{Changes: []ftpserver.Change{{At: at, Send: parts, Then: ftpserver.Close}}}
}

// held returns a script that watches whether the client waits for its next reply.
func held(at string, parts ...ftpserver.Part) ftpserver.Script {
	return ftpserver.Script{Changes: []ftpserver.Change{{At: at, Send: parts, Hold: true}}}
}

// final returns a script that changes the last reply of a transfer.
func final(at string, parts ...ftpserver.Part) ftpserver.Script {
	return ftpserver.Script{Changes: []ftpserver.Change{{At: at, Final: true, Send: parts}}}
}

// instead returns a script in which a reply takes the place of a transfer.
func instead(at, first, last string) ftpserver.Script {
	s := ftpserver.Script{Changes: []ftpserver.Change{{At: at, Send: []ftpserver.Part{text(first)}, NoTransfer: true}}}
	if last != "" {
		s.Changes = append(s.Changes, ftpserver.Change{At: at, Final: true, Send: []ftpserver.Part{text(last)}})
	}
	return s
}

// partial returns a script in which RETR gets the beginning of the file and then an error.
func partial(reply string) ftpserver.Script {
	data := ftpserver.Readme[:10]
	return ftpserver.Script{Changes: []ftpserver.Change{
		{At: "RETR", Send: []ftpserver.Part{text("{reply}")}, Data: &data},
		{At: "RETR", Final: true, Send: []ftpserver.Part{text(reply)}},
	}}
}

// points are the replies at which the connection can end.
var points = []place{
	{name: "greeting", at: ""}, {name: "user", at: "USER"}, {name: "pass", at: "PASS"}, {name: "feat", at: "FEAT"},
	{name: "pwd", at: "PWD"}, {name: "type", at: "TYPE"}, {name: "epsv", at: "EPSV"}, {name: "pasv", at: "PASV"},
	{name: "size", at: "SIZE"}, {name: "list", at: "LIST"}, {name: "stor", at: "STOR"},
	{name: "transfer", at: "RETR"}, {name: "transfer-end", at: "RETR", final: true},
}

func dialogue() (all []*Case) {
	for _, d := range dialogueCases {
		d.Name = "dialogue/" + d.Name
		switch {
		case d.Severity != "":
		case d.Want == Refuse || d.Never != "":
			d.Severity = Error
		default:
			d.Severity = Warning
		}
		all = append(all, &d)
	}
	for _, p := range points {
		want := Refuse
		if p.at == "PWD" || p.at == "FEAT" || p.at == "SIZE" || p.at == "EPSV" {
			want = Either // the client may connect again
		}
		ends := []struct {
			name, summary string
			change        ftpserver.Change
			silent        bool
		}{
			{"421", "The server answers 421 and closes.", ftpserver.Change{Send: []ftpserver.Part{text("421 Shutting down.\r\n")}, Then: ftpserver.Close}, false},
			{"close", "The server closes without a reply.", ftpserver.Change{Then: ftpserver.Close}, false},
			{"silence", "The server does not answer.", ftpserver.Change{Then: ftpserver.Silence}, true},
		}
		for _, e := range ends {
			e.change.At, e.change.Final = p.at, p.final
			c := &Case{Name: strings.Join([]string{"dialogue", e.name, p.name}, "/"), Summary: e.summary, Want: want,
				RFC: "RFC 959, section 4.2.1", Severity: Warning, Silent: e.silent, Never: "reports success",
				Script: ftpserver.Script{Changes: []ftpserver.Change{e.change}}}
			if p.final && e.name != "421" {
				c.Want, c.Never = Either, "" // all data has come
			}
			all = append(all, c)
		}
	}
	return all
}
