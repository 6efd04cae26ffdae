package dialogue

import "testing"

var scripts = []struct{ name, script string }{
	// The connection: RFC 959, section 5.4.
	{"greeting", `
		< 220 greeting
		= owed nothing`},
	{"greeting is owed", `
		= owed greeting`},
	{"greeting after a wait", `
		< 120 greeting preliminary
		< 220 greeting
		= owed nothing`},
	{"two waits", `
		< 120 greeting preliminary
		< 120 greeting preliminary second-preliminary
		< 220 greeting
		= owed nothing`},
	{"no service", `
		< 421 greeting closes
		= owed nothing`},
	{"no service after a wait", `
		< 120 greeting preliminary
		< 421 greeting closes
		= owed nothing`},
	{"refused", `
		< 530 greeting code-in-the-wild
		= owed nothing`},
	{"impatient client", `
		> USER u
		< 220 greeting
		< 331 USER
		= owed nothing`},
	{"no greeting", `
		> USER u
		< 331 USER
		> PASS p
		- greeting missing
		< 230 PASS
		= owed nothing misaligned`},
	{"two greetings, impatient client", `
		< 220 greeting
		> USER u
		< 220 USER code-not-listed
		< 331 USER extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"two greetings", `
		< 220 greeting
		< 220 nobody unjudged
		> USER u
		< 331 USER
		= owed nothing unsolicited 1 misaligned`},

	// Login: RFC 959, section 5.4; RFC 2228, section 4.
	{"login", login + `= owed nothing`},
	{"account", `
		< 220 greeting
		> USER u
		< 331 USER
		> PASS p
		< 332 PASS
		> ACCT a
		< 230 ACCT
		= owed nothing`},
	{"account without password", `
		< 220 greeting
		> USER u
		< 332 USER
		> ACCT a
		< 230 ACCT
		= owed nothing`},
	{"by the security exchange", `
		< 220 greeting
		> AUTH GSSAPI
		< 334 AUTH
		> ADAT x
		< 335 ADAT
		> ADAT y
		< 235 ADAT
		> USER u
		< 232 USER
		= owed nothing`},
	{"challenge", `
		< 220 greeting
		> USER u
		< 336 USER
		> PASS p
		< 230 PASS
		= owed nothing`},
	{"wrong passwords", `
		< 220 greeting
		> USER u
		< 331 USER
		> PASS p
		< 530 PASS
		> USER u
		< 331 USER
		> PASS p
		< 421 PASS closes
		= owed nothing`},
	{"virtual host", `
		< 220 greeting
		> HOST h
		< 220 HOST
		> USER u
		< 331 USER
		= owed nothing`},

	// TLS: RFC 4217, section 4.
	{"TLS", `
		< 220 greeting
		> AUTH TLS
		< 234 AUTH TLS
		> PBSZ 0
		< 200 PBSZ
		> PROT P
		< 200 PROT
		> CCC
		< 200 CCC
		= owed nothing`},
	{"TLS by its old name", `
		> auth ssl
		< 220 greeting
		< 234 AUTH TLS
		= owed nothing`},
	{"another mechanism", `
		< 220 greeting
		> AUTH KERBEROS_V4
		< 234 AUTH
		= owed nothing`},
	{"TLS answered as an exchange", `
		< 220 greeting
		> AUTH TLS
		< 334 AUTH code-in-the-wild
		= owed nothing`},
	{"failed handshake", `
		< 220 greeting
		> AUTH TLS
		< 234 AUTH TLS
		< 421 nobody closes
		= owed nothing`},
	{"idle after TLS was refused", `
		< 220 greeting
		> AUTH TLS
		< 500 AUTH
		< 421 nobody unsolicited-reply in-the-wild closes
		= owed nothing unsolicited 1`},
	{"protected transfer", `
		< 220 greeting
		> ENC xyz
		< 632 ENC
		< 632 nobody unjudged
		= owed nothing`},

	// Two commands for one action: RFC 959, sections 5.4 and 6.
	{"rename", login + `
		> RNFR a
		< 350 RNFR
		> RNTO b
		< 250 RNTO
		> RNTO c
		< 503 RNTO
		= owed nothing`},
	{"restart", login + `
		> REST 100
		< 350 REST
		> PASV
		< 227 PASV
		> RETR f
		< 150 RETR preliminary
		< 226 RETR
		= owed nothing`},
	{"restart refused by the service command", login + `
		> REST 100
		< 350 REST
		> RETR f
		< 554 RETR
		> RETR f
		< 554 RETR wrong-stage
		= owed nothing`},
	{"reinitialize", login + `
		> REIN
		< 120 REIN preliminary
		< 220 REIN
		> USER u
		< 331 USER
		= owed nothing`},

	// Transfers: RFC 959, sections 4.2 and 5.4.
	{"data connection open", login + `
		> RETR f
		< 125 RETR preliminary
		< 250 RETR
		= owed nothing`},
	{"restart markers", login + `
		> STOR f
		< 150 STOR preliminary
		< 110 STOR preliminary
		< 110 STOR preliminary
		< 226 STOR
		= owed nothing`},
	{"marker without a start", login + `
		> STOR f
		< 110 STOR preliminary wrong-stage
		< 226 STOR
		= owed nothing`},
	{"listing by machine", login + `
		> MLSD
		< 150 MLSD preliminary
		< 226 MLSD
		> MLSD
		< 125 MLSD preliminary code-in-the-wild
		< 250 MLSD code-not-listed
		= owed nothing`},
	{"no preliminary reply", login + `
		> LIST
		< 226 LIST code-in-the-wild
		= owed nothing`},
	{"second preliminary reply", login + `
		> RETR f
		< 150 RETR preliminary
		< 150 RETR preliminary second-preliminary
		> PASV
		< 227 PASV
		> RETR g
		< 150 RETR preliminary
		- RETR no-final
		< 226 RETR
		= owed nothing misaligned`},
	{"two results", login + `
		> RETR f
		< 150 RETR preliminary
		< 226 RETR
		< 426 RETR extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"two results, impatient client", login + `
		> RETR f
		< 150 RETR preliminary
		< 226 RETR
		> PASV
		< 426 PASV code-not-listed
		< 227 PASV extra-final-reply
		= owed nothing unsolicited 1 misaligned`},

	// ABOR: RFC 959, section 4.1.3.
	{"abort, transfer cut", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 426 RETR
		< 226 ABOR
		= owed nothing`},
	{"abort, transfer done", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 226 RETR
		< 225 ABOR
		= owed nothing`},
	{"abort, twice the same", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 226 RETR
		< 226 ABOR
		= owed nothing`},
	{"abort, one reply for both", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 226 RETR
		> PASV
		< 227 PASV
		> NOOP
		- ABOR missing
		< 200 NOOP
		= owed nothing misaligned`},
	{"abort answered first", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 225 ABOR
		< 426 RETR
		= owed nothing`},
	{"abort unknown", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 502 ABOR
		< 226 RETR
		= owed nothing`},
	{"abort, nothing to do", login + `
		> ABOR
		< 225 ABOR
		= owed nothing`},
	{"abort, result after it", login + `
		> STOR f
		< 150 STOR preliminary
		> ABOR
		< 226 STOR
		< 426 ABOR code-in-the-wild
		= owed nothing`},
	{"abort, Telnet bytes taken for a command", login + `
		> RETR f
		< 150 RETR preliminary
		> ABOR
		< 226 RETR
		< 502 ABOR
		< 225 ABOR extra-final-reply
		= owed nothing unsolicited 1 misaligned`},

	// Other commands while a transfer runs.
	{"status before the end", login + `
		> RETR f
		< 150 RETR preliminary
		> STAT
		< 213 STAT
		< 226 RETR
		= owed nothing`},
	{"status after the end", login + `
		> RETR f
		< 150 RETR preliminary
		> STAT
		< 226 RETR
		< 211 STAT
		= owed nothing`},
	{"status, failing", login + `
		> RETR f
		< 150 RETR preliminary
		> STAT f
		< 450 STAT
		< 226 RETR
		= owed nothing`},
	{"keep-alive before the end", login + `
		> RETR f
		< 150 RETR preliminary
		> NOOP
		< 200 NOOP
		> NOOP
		< 200 NOOP
		< 226 RETR out-of-order-reply
		= owed nothing`},
	{"keep-alive after the end", login + `
		> STOR f
		< 150 STOR preliminary
		> NOOP
		< 226 STOR
		< 200 NOOP
		= owed nothing`},
	{"keep-alive refused before the end", login + `
		> RETR f
		< 150 RETR preliminary
		> NOOP
		< 500 NOOP
		< 226 RETR out-of-order-reply
		= owed nothing`},
	{"transfer fails with a waiting command", login + `
		> RETR f
		< 150 RETR preliminary
		> NOOP
		< 550 RETR code-in-the-wild
		< 200 NOOP
		= owed nothing`},
	{"closing during a transfer", login + `
		> RETR f
		< 150 RETR preliminary
		> NOOP
		< 421 RETR closes
		= owed NOOP`},

	// The end: RFC 959, sections 4.1.1 and 5.4.
	{"goodbye", login + `
		> QUIT
		< 221 QUIT closes
		= owed nothing`},
	{"goodbye during a transfer", login + `
		> RETR f
		< 150 RETR preliminary
		> QUIT
		< 226 RETR
		< 221 QUIT closes
		= owed nothing`},
	{"goodbye before the result", login + `
		> RETR f
		< 150 RETR preliminary
		> QUIT
		< 221 QUIT closes
		< 226 RETR out-of-order-reply
		< 200 nobody reply-after-close
		= owed nothing unsolicited 1 misaligned`},
	{"goodbye without the result", login + `
		> RETR f
		< 150 RETR preliminary
		> QUIT
		< 221 QUIT closes
		= owed RETR misaligned`},
	{"another word for goodbye", login + `
		> QUIT
		< 211 QUIT code-in-the-wild
		= owed nothing`},
	{"goodbye refused", login + `
		> QUIT
		< 500 QUIT
		> NOOP
		< 200 NOOP
		= owed nothing`},
	{"after goodbye", login + `
		> QUIT
		> NOOP
		< 221 QUIT closes
		< 200 NOOP reply-after-close
		= owed nothing`},
	{"twice goodbye", login + `
		> QUIT
		< 221 QUIT closes
		< 221 QUIT reply-after-close closes
		= owed nothing unsolicited 1`},
	{"timeout", login + `
		< 421 nobody unsolicited-reply in-the-wild closes
		= owed nothing unsolicited 1`},
	{"parting word", login + `
		< 221 nobody unsolicited-reply in-the-wild closes
		= owed nothing unsolicited 1`},
	{"parting word with the code of the reply before", login + `
		> DELE f
		< 550 DELE
		hang up
		< 550 nobody unsolicited-reply in-the-wild
		= owed nothing unsolicited 1`},
	{"result after a hang-up", login + `
		> LIST
		< 150 LIST preliminary
		hang up
		< 226 LIST
		= owed nothing`},
	{"421 that closes nothing", `
		< 220 greeting
		> USER u
		< 421 USER closes
		> PASS p
		< 530 PASS reply-after-close
		> AUTH TLS
		< 234 AUTH TLS
		= owed nothing`},

	// Too many and too few.
	{"two replies", login + `
		> NOOP with an argument
		< 500 NOOP
		< 500 NOOP extra-final-reply
		> SYST
		< 215 SYST
		= owed nothing unsolicited 1 misaligned`},
	{"two replies, impatient client", login + `
		> NOOP with an argument
		< 500 NOOP
		> SYST
		< 500 SYST
		< 215 SYST extra-final-reply
		= owed nothing unsolicited 1 misaligned`},
	{"broadcast", login + `
		> NOOP
		< 200 NOOP
		< 214 nobody unsolicited-reply
		= owed nothing unsolicited 1 misaligned`},
	{"preliminary reply out of nowhere", login + `
		> NOOP
		< 200 NOOP
		< 150 nobody preliminary unsolicited-reply
		= owed nothing`},
	{"unknown verb without a reply", login + `
		> FOO
		> NOOP
		< 200 NOOP
		> PWD
		- ?3 missing
		< 257 PWD
		= owed nothing misaligned`},
	{"unknown verb with a reply", login + `
		> TYPE I
		< 200 TYPE
		> FOO
		< 200 ?4
		= owed nothing`},
	{"missing reply, known at once", login + `
		> NOOP
		> PASV
		< 227 PASV
		> LIST
		- NOOP missing
		< 150 LIST preliminary
		< 226 LIST
		= owed nothing misaligned`},
	{"missing reply, known later", login + `
		> CWD a
		> DELE b
		< 250 CWD
		> SYST
		< 215 SYST
		> QUIT
		- DELE missing
		< 221 QUIT closes
		= owed nothing misaligned`},
	{"late reply", login + `
		> TYPE I
		> HELP
		> PWD
		< 257 PWD
		< 200 TYPE out-of-order-reply
		< 214 HELP out-of-order-reply
		= owed nothing`},
	{"a late reply is awaited while others are", login + `
		> TYPE I
		> PWD
		> SYST
		< 257 PWD
		> NOOP
		< 215 SYST
		< 200 NOOP
		> QUIT
		- TYPE missing
		< 221 QUIT closes
		= owed nothing misaligned`},
	{"no final reply", login + `
		> LIST
		< 150 LIST preliminary
		> PASV
		< 227 PASV
		> LIST
		< 150 LIST preliminary
		- LIST no-final
		< 226 LIST
		= owed nothing misaligned`},
	{"no final reply, and the next transfer is refused", login + `
		> LIST
		< 150 LIST preliminary
		> NOOP
		< 200 NOOP
		> STOR f
		< 425 STOR code-in-the-wild
		> LIST
		< 150 LIST preliminary
		- LIST no-final
		< 226 LIST
		= owed nothing misaligned`},
	{"refusals go to the oldest", login + `
		> NOOP
		> PWD
		< 599 NOOP code-not-listed
		< 257 PWD
		= owed nothing`},
	{"error arrow", login + `
		> CWD a
		< 331 CWD wrong-class
		> CWD b
		< 150 CWD preliminary wrong-class
		< 250 CWD
		= owed nothing`},

	// Commands in a row.
	{"pipeline", login + `
		> CWD a
		> PWD
		> TYPE I
		> PASV
		> LIST
		> QUIT
		< 250 CWD
		< 257 PWD
		< 200 TYPE
		< 227 PASV
		< 150 LIST preliminary
		< 226 LIST
		< 221 QUIT closes
		= owed nothing`},
	{"pipeline, in the wild first", login + `
		> CDUP
		> CWD a
		< 250 CDUP code-in-the-wild
		< 250 CWD
		= owed nothing`},
	{"pipelined transfers", login + `
		> RETR f
		> RETR g
		< 150 RETR preliminary
		< 226 RETR
		< 150 RETR preliminary
		< 226 RETR
		= owed nothing`},
	{"pipelined, the first fails", login + `
		> RETR f
		> NOOP
		< 550 RETR
		< 200 NOOP
		= owed nothing`},

	// One side, or a part of both.
	{"replies only", `
		< 220 greeting
		< 331 nobody unjudged
		< 230 nobody unjudged
		< 150 nobody preliminary unjudged
		< 110 nobody preliminary unjudged
		< 226 nobody unjudged
		< 234 nobody unjudged TLS
		< 150 nobody preliminary unjudged
		< 150 nobody preliminary second-preliminary
		< 221 nobody unjudged closes
		< 200 nobody reply-after-close
		< 200 nobody unjudged
		= owed nothing`},
	{"replies only, from the middle", `
		gap
		< 226 nobody unjudged
		< 421 nobody unjudged closes
		= owed nothing`},
	{"from the middle", `
		gap
		> PWD
		< 257 PWD
		= owed nothing`},
	{"gap", login + `
		> RETR f
		< 150 RETR preliminary
		gap
		< 226 nobody unjudged
		> PWD
		< 257 PWD
		= owed nothing`},
	{"commands only", `
		> USER u
		> PASS p
		= owed greeting USER PASS`},

	// Commands that only some servers know.
	{"historic verbs", login + `
		> xpwd
		< 257 XPWD
		> XMKD d
		< 257 XMKD
		> XCUP
		< 250 XCUP code-in-the-wild
		> XCWD d
		< 250 XCWD
		> XRMD d
		< 250 XRMD
		= owed nothing`},
	{"extensions", login + `
		> LANG fr
		< 200 LANG
		> FEAT
		< 211 FEAT
		> OPTS UTF8 ON
		< 202 OPTS
		> EPSV ALL
		< 200 EPSV
		> EPSV
		< 229 EPSV
		> EPSV
		< 200 EPSV code-in-the-wild
		> MDTM f
		< 213 MDTM
		= owed nothing`},
	{"account asked for later", login + `
		> MKD d
		< 332 MKD
		> ACCT a
		< 230 ACCT
		= owed nothing`},
}

func TestScripts(t *testing.T) {
	for _, tt := range scripts {
		t.Run(tt.name, func(t *testing.T) {
			checkScript(t, new(Sequencer), tt.script)
		})
	}
}
