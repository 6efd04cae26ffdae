package transcript

import (
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// The logs of clients, in what the samples do not show. The lines of both are written
// without their margin; want lacks the first line of golden.
// A logTest is a log and its events.
type logTest struct{ name, format, input, want string }

var clientTests = []logTest{
	{"output without a line end", "lftp", `
		<--- 226 a
		hello---> QUIT
		a ---> b
		<--- 221 ---> QUIT
		`, `
		1: 1 server "226 a\r\n"
		2: 1 client "QUIT\r\n"
		4: 1 server "221 ---> QUIT\r\n"
		`},
	{"process, time and host, two hosts", "lftp", `
		[7] 2026-11-22 22:14:44 10.0.0.1 <--- 220 a
		[7] 2026-11-22 22:14:45 ftp.example.org <--- 220 b
		x[7] 2026-11-22 22:14:46 ---> QUIT
		10.0.0.1 ---> QUIT
		`, `
		1: 1 2026-11-22T22:14:44.000000 server "220 a\r\n"
		2: 2 2026-11-22T22:14:45.000000 server "220 b\r\n"
		3: 3 2026-11-22T22:14:46.000000 client "QUIT\r\n"
		4: 4 client "QUIT\r\n"
		`},
	{"the next connection while one ends", "lftp", `
		---- Connecting to a (10.0.0.1) port 21
		<--- 220 a
		---> QUIT
		---- Connecting to b (10.0.0.2) port 21
		<--- 221-c
		<--- 220 d
		<--- 221 e
		<--- 220 f
		---- Closing control socket
		---> NOOP
		---- Closing control socket
		`, `
		2: 1 ?->10.0.0.1:21 server "220 a\r\n"
		3: 1 ?->10.0.0.1:21 client "QUIT\r\n"
		5: 1 ?->10.0.0.1:21 server "221-c\r\n"
		6: 1 ?->10.0.0.1:21 server "220 d\r\n"
		7: 1 ?->10.0.0.1:21 server "221 e\r\n"
		8: 2 ?->10.0.0.2:21 server "220 f\r\n"
		9: 1 closed
		10: 2 ?->10.0.0.2:21 client "NOOP\r\n"
		11: 2 closed
		`},
	{"an attempt that failed", "lftp", `
		---- Connecting to a (10.0.0.1) port 21
		**** Socket error (Connection refused) - reconnecting
		---- Closing control socket
		---- Connecting to a (10.0.0.1) port 21
		<--- 220 a
		`, `
		5: 1 ?->10.0.0.1:21 server "220 a\r\n"
		`},
	{"quote, with the output and without", "lftp", `
		---> HELP
		214-a
		220 b
		214 c
		file
		---> STAT
		---> NOOP
		<--- 200 d
		200 e
		`, `
		1: 1 client "HELP\r\n"
		2: 1 server "214-a\r\n"
		3: 1 server "220 b\r\n"
		4: 1 server "214 c\r\n"
		6: 1 client "STAT\r\n"
		7: 1 server gap 0
		7: 1 client "NOOP\r\n"
		8: 1 server "200 d\r\n"
		`},
	{"a reply like a log line", "lftp", `
		<--- ---> QUIT
		<--- <--- 220 a
		`, `
		1: 1 server "---> QUIT\r\n"
		2: 1 server "<--- 220 a\r\n"
		`},

	{"connections", "curl", `
		* Connected to a (10.0.0.1) port 21 (#0)
		< 220 a
		> EPSV
		* Connect data stream passively
		* Connecting to 10.0.0.1 (10.0.0.1) port 4000
		* Connected to a (10.0.0.1) port 21 (#0)
		< 226 b
		* Connection #0 to host a left intact
		* Re-using existing connection #0 with host a
		> QUIT
		* Closing connection 0
		*   Trying 10.0.0.1:21...
		* Connected to a (10.0.0.1) port 21 (#1)
		< 220 c
		`, `
		2: 1 ?->10.0.0.1:21 server "220 a\r\n"
		3: 1 ?->10.0.0.1:21 client "EPSV\r\n"
		7: 1 ?->10.0.0.1:21 server "226 b\r\n"
		10: 1 ?->10.0.0.1:21 client "QUIT\r\n"
		11: 1 closed
		14: 2 ?->10.0.0.1:21 server "220 c\r\n"
		`},
	{"runs one after the other", "curl", `
		* Connected to a (10.0.0.1) port 21 (#0)
		< 220 a
		* Connection #0 to host a left intact
		* Connected to a (10.0.0.1) port 21 (#0)
		< 220 b
		`, `
		2: 1 ?->10.0.0.1:21 server "220 a\r\n"
		4: 1 closed
		5: 2 ?->10.0.0.1:21 server "220 b\r\n"
		`},
	{"through an HTTP proxy", "curl", `
		* Connected to proxy (10.0.0.9) port 3128
		> CONNECT a:21 HTTP/1.1
		> Proxy-Authorization: Basic dTpw
		> Proxy-Connection: Keep-Alive
		< HTTP/1.1 200 Connection established
		< Via: proxy
		* CONNECT phase completed
		< 220 a
		> QUIT
		`, `
		8: 1 ?->10.0.0.9:3128 server "220 a\r\n"
		9: 1 ?->10.0.0.9:3128 client "QUIT\r\n"
		`},
	{"HTTP alone", "curl", `
		* Connected to a (10.0.0.1) port 21
		< 220 a
		> QUIT
		* Closing connection 0
		* Connected to proxy (10.0.0.9) port 3128
		> GET ftp://u:p@h/x HTTP/1.1
		> Host: h:21
		< HTTP/1.1 200 OK
		`, `
		2: 1 ?->10.0.0.1:21 server "220 a\r\n"
		3: 1 ?->10.0.0.1:21 client "QUIT\r\n"
		4: 1 closed
		`},
	{"progress on the same line", "curl", `
		  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0* Connected to a
		  0     0    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0< 220 0:00:01 1k< a
		  0     0    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--  1.2k> QUIT
		`, `
		2: 1 server "220 0:00:01 1k< a\r\n"
		3: 1 client "QUIT\r\n"
		`},
	{"midnight", "curl", `
		23:59:59.500000 * Connected to a
		23:59:59.500000 < 220 a
		00:00:01.250000 > QUIT
		`, `
		2: 1 1970-01-01T00:00:00.000000 server "220 a\r\n"
		3: 1 1970-01-01T00:00:01.750000 client "QUIT\r\n"
		`},

	{"bytes", "curl-trace", `
		<= Recv header, 19 bytes (0x13)
		0000: 32 32 30 20 00 ff 0d 62 63 64 65 66 67 68 69 6a 220 ...bcdefghij
		0010: 6b 0d 0a                                        k..
		=> Send header, 6 bytes (0x6)
		0000: 51 55 49 54 0d 0a                               QUIT..
		<= Recv data, 3 bytes (0x3)
		0000: 61 62 63                                        abc
		== Info: Closing connection 0
		`, `
		1: 1 server "220 \x00\xff\rbcdefghijk\r\n"
		4: 1 client "QUIT\r\n"
		8: 1 closed
		`},
	{"line ends by the size", "curl-trace-ascii", `
		<= Recv header, 7 bytes (0x7)
		0000: 220-a
		<= Recv header, 2 bytes (0x2)
		0000: b
		<= Recv header, 71 bytes (0x47)
		0000: 220 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
		0040: bbbbb
		=> Send header, 6 bytes (0x6)
		0000: QUIT
		`, `
		1: 1 server "220-a\r\n"
		3: 1 server "b\n"
		5: 1 server "220 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbb\r\n"
		8: 1 client "QUIT\r\n"
		`},

	{"level 2, begun late, and quotes", "ftplib", `
		*cmd* 'USER u'
		*put* 'USER u\r\n'
		*get* '331 it\'s \\ "\t\x7f\u20ac"\n'
		*resp* '331 it\'s \\ "\t\x7f\u20ac"'
		*welcome* '220 a'
		*cmd* "MKD it's"
		*put* "MKD it's\r\n"
		`, `
		2: 1 client "USER u\r\n"
		3: 1 server "331 it's \\ \"\t\x7f€\"\r\n"
		7: 1 client "MKD it's\r\n"
		`},
	{"urgent data and odd escapes", "ftplib", `
		*put urgent* 'ABOR\r\n'
		*get* '226 \q \xzz \u12 \U0001d11e\n'
		`, `
		1: 1 client "ABOR\r\n"
		2: 1 server "226 \\q \\xzz \\u12 𝄞\r\n"
		`},
	{"level 1, two connections", "ftplib", `
		*resp* '220 a'
		*cmd* 'QUIT'
		*resp* '221-b\n220 c\n221 d'
		*resp* '220-e\nf\n220 g'
		*cmd* 'NOOP'
		`, `
		1: 1 server "220 a\r\n"
		2: 1 client "QUIT\r\n"
		3: 1 server "221-b\r\n"
		3: 1 server "220 c\r\n"
		3: 1 server "221 d\r\n"
		4: 1 closed
		4: 2 server "220-e\r\n"
		4: 2 server "f\r\n"
		4: 2 server "220 g\r\n"
		5: 2 client "NOOP\r\n"
		`},

	{"a banner like a command, a reply shown twice", "bsdftp", `
		Connected to a.
		220-a
		---> Welcome <---
		220 b
		ftp> ---> EPSV
		229 c (|||1|)
		229 c (|||1|)
		local: x remote: y
		---> STAT
		211-d
		---> NOOP
		200 e
		Connected to b.
		220 f
		`, `
		2: 1 server "220-a\r\n"
		3: 1 server "---> Welcome <---\r\n"
		4: 1 server "220 b\r\n"
		5: 1 client "EPSV\r\n"
		6: 1 server "229 c (|||1|)\r\n"
		9: 1 client "STAT\r\n"
		10: 1 server "211-d\r\n"
		11: 1 client "NOOP\r\n"
		12: 1 server "200 e\r\n"
		13: 1 closed
		14: 2 server "220 f\r\n"
		`},
	{"the same reply to two commands", "bsdftp", `
		---> NOOP
		200 a
		---> NOOP
		200 a
		200 a
		`, `
		1: 1 client "NOOP\r\n"
		2: 1 server "200 a\r\n"
		3: 1 client "NOOP\r\n"
		4: 1 server "200 a\r\n"
		5: 1 server "200 a\r\n"
		`},

	{"notes on the same line, octal", "wget", `
		Connecting to a:21... connected.
		220 caf\351 \\ \400
		==> SYST ... --> SYST
		
		215 a
		done.    ==> PWD ... --> PWD
		
		257 "/"
		done.
		`, `
		2: 1 server "220 caf\xe9 \\\\ \\400\r\n"
		3: 1 client "SYST\r\n"
		5: 1 server "215 a\r\n"
		6: 1 client "PWD\r\n"
		8: 1 server "257 \"/\"\r\n"
		`},

	{"two at a time", "netftp", `
		Net::FTP>>> Net::FTP(3.14)
		Net::FTP=GLOB(0x1)<<< 220-a
		My::FTP=GLOB(0x2)<<< 220 b
		Net::FTP=GLOB(0x1)<<<  c
		Net::FTP=GLOB(0x1)>>> QUIT
		`, `
		2: 1 server "220-a\r\n"
		3: 2 server "220 b\r\n"
		4: 1 server " c\r\n"
		5: 1 client "QUIT\r\n"
		`},

	{"a meter before a reply, and the last one", "ncftp", `
		Cmd: RETR a
		150: b
		a:    ETA:   0:00   20.00/ 20.00 B  488.28 kB/s  226: c
		     d
		221: e
		     
		     221 f
		`, `
		1: 1 client "RETR a\r\n"
		2: 1 server "150 b\r\n"
		3: 1 server "226-c\r\n"
		4: 1 server "226 d\r\n"
		5: 1 server "221-e\r\n"
		6: 1 server "221-\r\n"
		7: 1 server "221 221 f\r\n"
		`},

	// The first two lines are from a public report of a user (proftpd#1161).
	{"German", "filezilla", `
		2021-01-20 21:13:39 10704 1 Antwort: 211-Features:
		2021-01-20 21:13:39 10704 1 Befehl: FEAT
		2021-01-20 21:13:39 10704 1 Status: 220 x
		2021-01-20 21:13:39 10704 1 Antwort:  MDTM
		`, `
		1: 1 2021-01-20T21:13:39.000000 server "211-Features:\r\n"
		2: 1 2021-01-20T21:13:39.000000 client "FEAT\r\n"
		4: 1 2021-01-20T21:13:39.000000 server " MDTM\r\n"
		`},
	{"French, two at a time, one again", "filezilla", `
		2021-01-20 21:13:39 10704 1 Statut : Connexion
		2021-01-20 21:13:39 10704 1 Réponse : 220-a
		2021-01-20 21:13:39 10704 2 Réponse : 220 b
		2021-01-20 21:13:40 10704 1 Statut : 331
		2021-01-20 21:13:40 10704 1 Réponse : 220 c
		2021-01-20 21:13:40 10704 1 Commande : PASS ********
		2021-01-20 21:13:41 10704 1 Réponse : 220 d
		`, `
		2: 1 2021-01-20T21:13:39.000000 server "220-a\r\n"
		3: 2 2021-01-20T21:13:39.000000 server "220 b\r\n"
		5: 1 2021-01-20T21:13:40.000000 server "220 c\r\n"
		6: 1 2021-01-20T21:13:40.000000 client "PASS ********\r\n"
		7: 1 2021-01-20T21:13:41.000000 closed
		7: 3 2021-01-20T21:13:41.000000 server "220 d\r\n"
		`},
	{"what is greeted without a new connection", "filezilla", `
		2021-01-20 21:13:39 10704 1 Response: 120 a
		2021-01-20 21:13:39 10704 1 Response: 220 b
		2021-01-20 21:13:39 10704 1 Command: HOST example.org
		2021-01-20 21:13:39 10704 1 Response: 220 c
		2021-01-20 21:13:39 10704 1 Command: USER u
		2021-01-20 21:13:40 10704 1 Response: 120 d
		2021-01-20 21:13:40 10704 1 Response: 220 e
		`, `
		1: 1 2021-01-20T21:13:39.000000 server "120 a\r\n"
		2: 1 2021-01-20T21:13:39.000000 server "220 b\r\n"
		3: 1 2021-01-20T21:13:39.000000 client "HOST example.org\r\n"
		4: 1 2021-01-20T21:13:39.000000 server "220 c\r\n"
		5: 1 2021-01-20T21:13:39.000000 client "USER u\r\n"
		6: 1 2021-01-20T21:13:40.000000 closed
		6: 2 2021-01-20T21:13:40.000000 server "120 d\r\n"
		7: 2 2021-01-20T21:13:40.000000 server "220 e\r\n"
		`},
	{"from the window", "filezilla-window", "15:50:48\tResponse:\t220-a\n15:50:48\tResponse:\t \tb\n15:50:49\tCommand:\tUSER u\n", `
		1: 1 1970-01-01T00:00:00.000000 server "220-a\r\n"
		2: 1 1970-01-01T00:00:00.000000 server " \tb\r\n"
		3: 1 1970-01-01T00:00:01.000000 client "USER u\r\n"
		`},

	{"what came in parts", "basic-ftp", "< 220-a\r\n\r\nb\nc\r\n\n< 22\n< 0 d\r\n\n> QUIT\nnote\n< 221 e", `
		1: 1 server "220-a\r\n"
		2: 1 server "\r\n"
		3: 1 server "b\n"
		4: 1 server "c\r\n"
		6: 1 server "22"
		7: 1 server "0 d\r\n"
		9: 1 client "QUIT\r\n"
		11: 1 server "221 e"
		`},

	{"as Node.js shows strings", "node-ftp", `
		[connection] < '220-it\'s "a"\r\n' +
		  ' b\n' +
		  "220 'c' é\r\n"
		[parser] < '220-a\r\n' +
		  '220 c\r\n'
		[connection] > 'PASS secret'
		[connection] < '230-d'... 12 more characters
		[connection] < '\r\n'
		`, `
		1: 1 server "220-it's \"a\"\r\n"
		2: 1 server " b\n"
		3: 1 server "220 'c' \xe9\r\n"
		6: 1 client "PASS secret\r\n"
		7: 1 server "230-d"
		7: 1 server gap 12
		8: 1 server "\r\n"
		`},

	{"no Latin-1, a long command", "node-ftp", `
		[connection] < '220 \u20ac\r\n'
		[connection] > 'STOR a'... 1 more character
		`, `
		1: 1 server "220 €\r\n"
		2: 1 client "STOR a\r\n"
		2: 1 client gap 1
		`},

	{"marks inside", "commons-net", "< 220-a\r\n> b\r\n< 230 c\n> QUIT\r\n220 d\r\nnote\n> FEAT\r\n\r\n< 211 e\r\n", `
		1: 1 server "220-a\r\n"
		2: 1 server "> b\r\n"
		3: 1 server "230 c\n"
		4: 1 client "QUIT\r\n"
		7: 1 client "FEAT\r\n"
		9: 1 server "211 e\r\n"
		`},

	{"data between", "unmarked", "220-a\r\nUSER b\r\n220 c\r\nUSER u\r\n150 d\r\n-rw- x\r\nREADME\r\nLISTING\r\n226 e\r\n## note\n", `
		1: 1 server "220-a\r\n"
		2: 1 server "USER b\r\n"
		3: 1 server "220 c\r\n"
		4: 1 client "USER u\r\n"
		5: 1 server "150 d\r\n"
		9: 1 server "226 e\r\n"
		`},

	{"a bare LF ends no line", "unmarked", "## note\n220-a\r\nb\n220 c\r\nQUIT\r\n220 d\r\nQUIT\r\n221 e\r\n", `
		2: 1 server "220-a\r\n"
		3: 1 server "b\n"
		4: 1 server "220 c\r\n"
		5: 1 server "QUIT\r\n"
		6: 1 server "220 d\r\n"
		7: 1 client "QUIT\r\n"
		8: 1 server "221 e\r\n"
		`},
	{"unless all lines have one", "unmarked", "220-a\n220 b\nQUIT\r\n221 c\n", `
		1: 1 server "220-a\n"
		2: 1 server "220 b\n"
		3: 1 client "QUIT\r\n"
		4: 1 server "221 c\n"
		`},

	{"pieces of lines", "rclone", `
		2026/11/22 10:34:54 DEBUG : FTP Rx: "220-a\nb\xe9\t"
		2026/11/22 10:34:54.5 DEBUG : FTP Rx: "220 c\r"
		<7>DEBUG : FTP Rx: "\n"
		DEBUG : FTP Tx: PASS *****
		DEBUG : FTP Tx: "-rw- x"
		DEBUG : FTP Rx: "-rw- x"
		DEBUG : FTP Rx: "230 d"
		`, `
		1: 1 2026-11-22T10:34:54.000000 server "220-a\nb\xe9\t\r\n"
		2: 1 2026-11-22T10:34:54.000000 server "220 c\r"
		3: 1 server "\n"
		4: 1 client "PASS *****\r\n"
		7: 1 server "230 d\r\n"
		`},
	{"a full buffer", "rclone", `
		DEBUG : FTP Tx: "STAT"
		DEBUG : FTP Rx: "211-` + strings.Repeat("x", 4085) + `"
		DEBUG : FTP Rx: " part"
		DEBUG : FTP Rx: " of it"
		DEBUG : FTP Rx: "211 a"
		`, `
		1: 1 client "STAT\r\n"
		2: 1 server "211-` + strings.Repeat("x", 4085) + `\r\n"
		3: 1 server " part"
		4: 1 server " of it\r\n"
		5: 1 server "211 a\r\n"
		`},

	{"blocks", "aria2", `
		2026-11-22 10:26:09.058288 [INFO] [FtpConnection.cc:350] CUID#7 - Response received:
		220-a
		b

		220 no
		2026-11-22 10:26:09.058294 [INFO] [FtpConnection.cc:87] CUID#8 - Requesting:
		USER ********
		2026-11-22 10:26:10.058294 [INFO] [FtpConnection.cc:87] CUID#7 - Requesting:
		PWD

		`, `
		2: 1 2026-11-22T10:26:09.058288 server "220-a\r\n"
		3: 1 2026-11-22T10:26:09.058288 server "b\r\n"
		7: 2 2026-11-22T10:26:09.058294 client "USER ********\r\n"
		9: 1 2026-11-22T10:26:10.058294 client "PWD\r\n"
		`},

	{"hosts, and the margin", "yafc", "<-- [a] 220 b\n<-- [c] 220 d\n \r--> [a] QUIT\n<-- [a] 221 e\n<-- [a] 220 f\n", `
		1: 1 server "220 b\r\n"
		2: 2 server "220 d\r\n"
		3: 1 client "QUIT\r\n"
		4: 1 server "221 e\r\n"
		5: 1 closed
		5: 3 server "220 f\r\n"
		`},

	{"colours", "gftp", "\x1b[39mTrying\n\x00\x1b[39m\x1b[39mConnected to a:21\n\x00\x1b[39m\x1b[33m220-a\n\x1b[33m b\n\x1b[33m220 c\n" +
		"\x1b[32mFEAT\r\n\x1b[32mDELE x\r\n\x1b[31m550 d\n\x1b[31mCould not\n\x00\x1b[39m\x1b[39m220 e\n", `
		3: 1 server "220-a\r\n"
		4: 1 server " b\r\n"
		5: 1 server "220 c\r\n"
		6: 1 client "FEAT\r\n"
		7: 1 server gap 0
		7: 1 client "DELE x\r\n"
		8: 1 server "550 d\r\n"
		`},

	{"quotes inside", "tcllib", `
		: -> rc="220" -> msgtext="220-a "b"
		" -> state="x
		220 " -> state="user"
		: ---> PWD
		control: C: 220 late
		: -> rc="   " -> msgtext="" -> state="pwd"
		: -> rc="257" -> msgtext="257 "/"" -> state="pwd_sent"
		`, `
		1: 1 server "220-a \"b\"\r\n"
		2: 1 server "\" -> state=\"x\r\n"
		3: 1 server "220 \r\n"
		4: 1 client "PWD\r\n"
		7: 1 server "257 \"/\"\r\n"
		`},
}

// withoutMargin takes the tabs of the source from a text of several lines.
func withoutMargin(s string) string {
	s, ok := strings.CutPrefix(s, "\n")
	if !ok {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "\t\t")
	}
	return strings.Join(lines, "\n")
}

func TestClientLogs(t *testing.T) { testLogs(t, clientTests) }

// testLogs compares the events of each log with what is wanted, whole and byte by byte.
func testLogs(t *testing.T, tests []logTest) {
	for _, tt := range tests {
		t.Run(tt.format+" "+tt.name, func(t *testing.T) {
			input := withoutMargin(tt.input)
			got, err := golden(strings.NewReader(input), tt.format)
			if err != nil {
				t.Fatal(err)
			}
			_, got, _ = strings.Cut(got, "\n")
			if diff := cmp.Diff(withoutMargin(tt.want), got); diff != "" {
				t.Error(diff)
			}
			again, err := golden(iotest.OneByteReader(strings.NewReader(input)), tt.format)
			if _, again, _ = strings.Cut(again, "\n"); err != nil || again != got {
				t.Errorf("byte by byte: error %v: %s", err, again)
			}
		})
	}
}

// Few lines are enough to recognise a format, or not to.
func TestFewLines(t *testing.T) {
	for _, tt := range clientTests {
		r, err := Open(strings.NewReader(withoutMargin(tt.input)), "")
		if err == nil && r.Format.Name != tt.format {
			t.Errorf("%s %s: taken for %s", tt.format, tt.name, r.Format.Name)
		}
		if err != nil && !strings.HasPrefix(err.Error(), ErrFormat.Error()) {
			t.Errorf("%s %s: %v", tt.format, tt.name, err)
		}
	}
}

func TestBrokenQuotes(t *testing.T) {
	tests := []struct{ format, input, want string }{
		{"ftplib", "*get* '220 a\n", "line 1: a quoted text that does not end"},
		{"ftplib", "*cmd* 'a'\n*resp* '220 \\", "line 2: a quoted text that does not end"},
		{"node-ftp", "[connection] < \"a'\n", "line 1: a quoted text that does not end"},
		{"rclone", "DEBUG : FTP Rx: \"a\n", "line 1: invalid syntax"},
	}
	for _, tt := range tests {
		if _, err := golden(strings.NewReader(tt.input), tt.format); err == nil || err.Error() != tt.want {
			t.Errorf("%s %q: error %v, want %s", tt.format, tt.input, err, tt.want)
		}
	}
}
