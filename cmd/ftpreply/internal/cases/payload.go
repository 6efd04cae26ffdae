package cases

import "github.com/ftpreply/ftpreply/cmd/ftpreply/internal/ftpserver"

// A shape is a reply whose machine-readable text has an unusual form.
type shape struct {
	name, at, reply string // the reply lacks its CR LF
	want            Want
	rfc             string
}

const (
	pasvRFC = "RFC 959, section 5.3.2; RFC 1123, section 4.1.2.6"
	epsvRFC = "RFC 2428, section 3"
	pathRFC = "RFC 959, appendix II"
	featRFC = "RFC 2389, section 3.2"
	mlstRFC = "RFC 3659, section 7.2"
	sizeRFC = "RFC 3659, section 4.1"
	mdtmRFC = "RFC 3659, section 3.1"
)

// shapes has the forms that package payload tells apart. Those with Either cannot be used as
// they are: the client may use another command, or report an error.
var shapes = []shape{
	{"pasv-no-parentheses", "PASV", "227 Entering Passive Mode {host},{p1},{p2}", Succeed, pasvRFC},
	{"pasv-equals", "PASV", "227 ={host},{p1},{p2}", Succeed, pasvRFC},
	{"pasv-words", "PASV", "227 Data transfer will passively listen to {host},{p1},{p2}", Succeed, pasvRFC},
	{"pasv-digits-before", "PASV", "227 Entering (v4) Mode ({host},{p1},{p2})", Either, pasvRFC},
	{"pasv-spaces", "PASV", "227 ( {host}, {p1}, {p2} )", Either, pasvRFC},
	{"pasv-multi-line", "PASV", "227-Passive\r\n227 ({host},{p1},{p2})", Succeed, pasvRFC},
	{"pasv-first-line", "PASV", "227-({host},{p1},{p2})\r\n227 Passive", Either, pasvRFC},
	{"pasv-octet-300", "PASV", "227 (300,0,0,1,{p1},{p2})", Either, pasvRFC},
	{"pasv-port-0", "PASV", "227 ({host},0,0)", Either, pasvRFC},
	{"pasv-port-high", "PASV", "227 ({host},400,{p2})", Either, pasvRFC},
	{"pasv-negative", "PASV", "227 ({host},-1,{p2})", Either, pasvRFC},
	{"pasv-five-numbers", "PASV", "227 ({host},{p1})", Either, pasvRFC},
	{"pasv-seven-numbers", "PASV", "227 ({host},{p1},{p2},9)", Either, pasvRFC},
	{"pasv-no-numbers", "PASV", "227 Passive", Either, pasvRFC},
	{"pasv-reversed-parentheses", "PASV", "227 )x(", Either, pasvRFC},
	{"pasv-huge-number", "PASV", "227 ({host},99999999999999999999,1)", Either, pasvRFC},
	{"pasv-unspecified-host", "PASV", "227 (0,0,0,0,{p1},{p2})", Either, pasvRFC},
	{"epsv-delimiter", "EPSV", "229 Extended (!!!{port}!)", Succeed, epsvRFC},
	{"epsv-no-parentheses", "EPSV", "229 |||{port}|", Either, epsvRFC},
	{"epsv-filled", "EPSV", "229 (|1|127.0.0.1|{port}|)", Either, epsvRFC},
	{"epsv-port-0", "EPSV", "229 (|||0|)", Either, epsvRFC},
	{"epsv-port-high", "EPSV", "229 (|||65536|)", Either, epsvRFC},
	{"epsv-negative", "EPSV", "229 (|||-1|)", Either, epsvRFC},
	{"epsv-no-port", "EPSV", "229 (||||)", Either, epsvRFC},
	{"epsv-huge-number", "EPSV", "229 (|||99999999999999999999|)", Either, epsvRFC},
	{"epsv-refused", "EPSV", "500 EPSV not understood", Succeed, epsvRFC},
	{"pwd-doubled-quote", "PWD", `257 "/a""b" is current`, Succeed, pathRFC},
	{"pwd-no-quotes", "PWD", "257 / is current", Either, pathRFC},
	{"pwd-one-quote", "PWD", `257 "/`, Either, pathRFC},
	{"pwd-empty", "PWD", `257 ""`, Either, pathRFC},
	{"pwd-only-quotes", "PWD", `257 """`, Either, pathRFC},
	{"pwd-control-byte", "PWD", "257 \"/\x01\x1b[2J\" is current", Either, pathRFC},
	{"pwd-not-utf8", "PWD", "257 \"/\xe9\" is current", Either, pathRFC},
	{"pwd-other-code", "PWD", `250 "/" is current`, Either, pathRFC},
	{"pwd-refused", "PWD", "550 Not available", Either, pathRFC},
	{"feat-refused", "FEAT", "500 FEAT not understood", Succeed, featRFC},
	{"feat-one-line", "FEAT", "211 No features", Succeed, featRFC},
	{"feat-no-indent", "FEAT", "211-Features\r\nSIZE\r\nMDTM\r\n211 End", Either, featRFC},
	{"feat-code-prefix", "FEAT", "211-Features\r\n211-SIZE\r\n211-MDTM\r\n211 End", Either, featRFC},
	{"feat-unknown", "FEAT", "211-Features\r\n XYZZY plugh\r\n SIZE\r\n211 End", Succeed, featRFC},
	{"feat-empty-lines", "FEAT", "211-Features\r\n\r\n \r\n SIZE\r\n211 End", Either, featRFC},
	{"mlst-no-facts", "MLST", "250-Facts\r\n  /readme.txt\r\n250 End", Succeed, mlstRFC},
	{"mlst-negative-size", "MLST", "250-Facts\r\n Type=file;Size=-1; /readme.txt\r\n250 End", Either, mlstRFC},
	{"mlst-month-13", "MLST", "250-Facts\r\n Type=file;Modify=20261301000000; /readme.txt\r\n250 End", Either, mlstRFC},
	{"mlst-no-space", "MLST", "250-Facts\r\n Type=file;Size=55;/readme.txt\r\n250 End", Either, mlstRFC},
	{"size-text-after", "SIZE", "213 55 bytes", Either, sizeRFC},
	{"size-negative", "SIZE", "213 -1", Either, sizeRFC},
	{"size-huge", "SIZE", "213 99999999999999999999999", Either, sizeRFC},
	{"size-too-small", "SIZE", "213 5", Either, sizeRFC},
	{"size-no-number", "SIZE", "213 unknown", Either, sizeRFC},
	{"size-refused", "SIZE", "550 Not available", Succeed, sizeRFC},
	{"mdtm-fraction", "MDTM", "213 20260102030405.123", Succeed, mdtmRFC},
	{"mdtm-year-19126", "MDTM", "213 191260102030405", Either, mdtmRFC},
	{"mdtm-month-13", "MDTM", "213 20261301000000", Either, mdtmRFC},
	{"mdtm-short", "MDTM", "213 2026", Either, mdtmRFC},
	{"150-size-wrong", "RETR", "150 Opening data connection (5 bytes).", Succeed, "RFC 959, section 4.2"},
	{"150-size-huge", "RETR", "150 Opening data connection (99999999999999999999 bytes).", Succeed, "RFC 959, section 4.2"},
	{"150-multi-line", "RETR", "150-Opening\r\n150 data connection.", Succeed, "RFC 959, section 4.2"},
	{"125", "RETR", "125 Transfer starting.", Succeed, "RFC 959, section 5.4"},
}

func payloads() (all []*Case) {
	for _, s := range shapes {
		severity := Error
		if s.want == Succeed {
			severity = Warning
		}
		all = append(all, &Case{Name: "payload/" + s.name, RFC: s.rfc, Want: s.want, Severity: severity,
			Summary: "The text of the reply has an unusual form.", Never: "acts on a value that the server did not send",
			Script: ftpserver.Script{Changes: []ftpserver.Change{{At: s.at, Send: []ftpserver.Part{text(s.reply + "\r\n")}}}}})
	}
	return all
}
