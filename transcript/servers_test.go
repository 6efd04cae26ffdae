package transcript

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// The logs of servers and of tshark, in what the samples do not show, written as those
// of the clients.
var serverTests = []logTest{
	{"a line in pieces, quotes, no closing quote", "vsftpd", `
		Sun Nov 22 10:23:15 2026 [pid 9] [u] FTP response: Client "10.0.0.1", "211-FTP server status:"
		Sun Nov 22 10:23:15 2026 [pid 9] [u] FTP response: Client "10.0.0.1", "     Connected to "
		Sun Nov 22 10:23:15 2026 [pid 9] [u] FTP response: Client "10.0.0.1", "10.0.0.1"
		Sun Nov 22 10:23:15 2026 [pid 9] [u] FTP response: Client "10.0.0.1", "??"
		Sun Nov 22 10:23:15 2026 [pid 9] [u] FTP response: Client "10.0.0.1", "211 End of status??"
		Sun Nov 22 10:23:16 2026 [pid 9] [u] FTP command: Client "10.0.0.1", "MKD a", "b"
		Sun Nov 22 10:23:16 2026 [pid 9] [u] FTP command: Client "10.0.0.1", "PWD
		`, `
		1: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "211-FTP server status:\r\n"
		2: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "     Connected to "
		3: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "10.0.0.1"
		4: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "\r\n"
		5: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "211 End of status??\r\n"
		6: 1 2026-11-22T10:23:16.000000 10.0.0.1:0->? client "MKD a\", \"b\r\n"
		7: 1 2026-11-22T10:23:16.000000 10.0.0.1:0->? client "PWD\r\n"
		`},
	{"two logins at a time, a failed one, another user's reply", "vsftpd", `
		Sun Nov 22 10:23:15 2026 [pid 11] [u] FTP command: Client "10.0.0.1", "PASS <password>"
		Sun Nov 22 10:23:15 2026 [pid 21] [u] FTP command: Client "10.0.0.1", "PASS <password>"
		Sun Nov 22 10:23:15 2026 [pid 31] [u] FTP command: Client "10.0.0.2", "PASS <password>"
		Sun Nov 22 10:23:15 2026 [pid 41] [u] FTP command: Client "10.0.0.1", "PASS <password>"
		Sun Nov 22 10:23:15 2026 [pid 41] [u] FTP response: Client "10.0.0.1", "530 Login incorrect."
		Sun Nov 22 10:23:15 2026 [pid 45] [u] FTP response: Client "10.0.0.1", "226 a"
		Sun Nov 22 10:23:15 2026 [pid 22] [u] FTP response: Client "10.0.0.1", "230 b"
		Sun Nov 22 10:23:15 2026 [pid 12] [u] FTP response: Client "10.0.0.1", "230 c"
		`, `
		1: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? client "PASS <password>\r\n"
		2: 2 2026-11-22T10:23:15.000000 10.0.0.1:0->? client "PASS <password>\r\n"
		3: 3 2026-11-22T10:23:15.000000 10.0.0.2:0->? client "PASS <password>\r\n"
		4: 4 2026-11-22T10:23:15.000000 10.0.0.1:0->? client "PASS <password>\r\n"
		5: 4 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "530 Login incorrect.\r\n"
		6: 5 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "226 a\r\n"
		7: 2 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "230 b\r\n"
		8: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "230 c\r\n"
		`},
	{"a number comes again", "vsftpd", `
		Sun Nov 22 10:23:15 2026 [pid 9] FTP response: Client "10.0.0.1", "220 a"
		Sun Nov 22 10:23:16 2026 [pid 9] CONNECT: Client "10.0.0.1"
		Sun Nov 22 10:23:16 2026 [pid 9] FTP response: Client "10.0.0.1", "421 b"
		Sun Nov 22 10:23:17 2026 [pid 9] FTP response: Client "10.0.0.1", "220 c"
		`, `
		1: 1 2026-11-22T10:23:15.000000 10.0.0.1:0->? server "220 a\r\n"
		2: 1 2026-11-22T10:23:16.000000 closed
		3: 2 2026-11-22T10:23:16.000000 10.0.0.1:0->? server "421 b\r\n"
		3: 2 2026-11-22T10:23:16.000000 closed
		4: 3 2026-11-22T10:23:17.000000 10.0.0.1:0->? server "220 c\r\n"
		`},
	{"commands within commands", "proftpd-trace", `
		2026-11-22 10:25:33,690 [5] <response:1>: 220 a
		2026-11-22 10:25:33,691 [5] <response:9>: clearing response lists before dispatching command 'OPTS'
		2026-11-22 10:25:33,691 [5] <command:7>: dispatching PRE_CMD command 'OPTS UTF8 ON' to mod_tls.c
		2026-11-22 10:25:33,691 [5] <command:7>: dispatching PRE_CMD command 'OPTS UTF8 ON' to mod_core.c
		2026-11-22 10:25:33,691 [5] <command:7>: dispatching PRE_CMD command 'OPTS_UTF8 ON' to mod_core.c
		2026-11-22 10:25:33,692 [5] <command:7>: dispatching LOG_CMD command 'OPTS_UTF8 ON' to mod_log.c
		2026-11-22 10:25:33,692 [5] <response:1>: 200 b
		2026-11-22 10:25:33,692 [5] <command:7>: dispatching LOG_CMD command 'OPTS UTF8 ON' to mod_log.c
		2026-11-22 10:25:33,693 [5] <command:7>: dispatching PRE_CMD command 'OPTS UTF8 ON' to mod_tls.c
		2026-11-22 10:25:33,693 [5] <command:7>: dispatching LOG_CMD_ERR command 'OPTS UTF8 ON' to mod_log.c
		2026-11-22 10:25:33,693 [5] <command:7>: dispatching PRE_CMD command 'RETR a' to mod_tls.c
		2026-11-22 10:25:33,693 [5] <command:7>: dispatching PRE_CMD command 'ABOR' to mod_tls.c
		`, `
		1: 1 2026-11-22T10:25:33.690000 server "220 a\r\n"
		3: 1 2026-11-22T10:25:33.691000 client "OPTS UTF8 ON\r\n"
		7: 1 2026-11-22T10:25:33.692000 server "200 b\r\n"
		9: 1 2026-11-22T10:25:33.693000 client "OPTS UTF8 ON\r\n"
		11: 1 2026-11-22T10:25:33.693000 client "RETR a\r\n"
		12: 1 2026-11-22T10:25:33.693000 client "ABOR\r\n"
		`},
	{"line ends of the wire, LF in a reply, noise behind it", "proftpd-trace", `
		2026-11-22 10:25:33,690 [5] <response:1>: 213-a` + "\r" + `
		2026-11-22 10:25:33,690 [5] <response:1>:  b
		213 c` + "\r" + `
		2026-11-22 10:25:33,690 [5] <response:1>: async: 213 d` + "\r\r" + `
		2026-11-22 10:25:33,690 [5] <data:4>: polling for commands on control channel
		e
		`, `
		1: 1 2026-11-22T10:25:33.690000 server "213-a\r\n"
		2: 1 2026-11-22T10:25:33.690000 server " b\n"
		3: 1 server "213 c\r\n"
		4: 1 2026-11-22T10:25:33.690000 server "213 d\r\r\n"
		`},
	{"a number comes again, two at a time", "proftpd-trace", `
		2026-11-22 10:25:33,690 [5] <response:1>: 220 a
		2026-11-22 10:25:33,690 [6] <response:1>: 220 b
		2026-11-22 10:25:33,690 [5] <command:7>: dispatching PRE_CMD command 'HOST x' to mod_tls.c
		2026-11-22 10:25:33,690 [5] <response:1>: 220 c
		2026-11-22 10:25:33,690 [5] <response:1>: 220 d
		2026-11-22 10:25:33,690 [6] <response:1>: 421 e
		2026-11-22 10:25:33,690 [6] <command:7>: dispatching LOG_CMD command 'NOOP' to mod_tls.c
		2026-11-22 10:25:33,690 [6] <response:1>: 220 f
		`, `
		1: 1 2026-11-22T10:25:33.690000 server "220 a\r\n"
		2: 2 2026-11-22T10:25:33.690000 server "220 b\r\n"
		3: 1 2026-11-22T10:25:33.690000 client "HOST x\r\n"
		4: 1 2026-11-22T10:25:33.690000 server "220 c\r\n"
		5: 1 2026-11-22T10:25:33.690000 closed
		5: 3 2026-11-22T10:25:33.690000 server "220 d\r\n"
		6: 2 2026-11-22T10:25:33.690000 server "421 e\r\n"
		8: 2 2026-11-22T10:25:33.690000 closed
		8: 4 2026-11-22T10:25:33.690000 server "220 f\r\n"
		`},
	{"quotes, nothing told, put another way", "proftpd-extended", `
		[22/Nov/2026:10:23:06 +0130] 7 "MKD a" "b" 257 ""/a" "b"" - Directory" -
		[22/Nov/2026:10:23:06 +0130] 7 "OPTS_UTF8 ON" 200 "UTF8 set to on" -
		[22/Nov/2026:10:23:06 +0130] 7 "OPTS UTF8 ON" - "-" -
		[22/Nov/2026:10:23:06 +0130] 7 "MKD /" - "-" -
		[22/Nov/2026:10:23:06 +0130] 7 "RETR a" 226 "b" 7
		[22/Nov/2026:10:23:06 +0130] 7 "RETR a" 550 "b" -
		[22/Nov/2026:10:23:06 +0130] 7 "QUIT" 221 "-" -
		`, `
		1: 1 2026-11-22T08:53:06.000000 server gap 0
		1: 1 2026-11-22T08:53:06.000000 client "MKD a\" \"b\r\n"
		1: 1 2026-11-22T08:53:06.000000 server "257 \"/a\" \"b\"\" - Directory\r\n"
		2: 1 2026-11-22T08:53:06.000000 client "OPTS UTF8 ON\r\n"
		2: 1 2026-11-22T08:53:06.000000 server "200 UTF8 set to on\r\n"
		4: 1 2026-11-22T08:53:06.000000 client gap 0
		4: 1 2026-11-22T08:53:06.000000 server gap 0
		5: 1 2026-11-22T08:53:06.000000 client "RETR a\r\n"
		5: 1 2026-11-22T08:53:06.000000 server gap 0
		5: 1 2026-11-22T08:53:06.000000 server "226 b\r\n"
		6: 1 2026-11-22T08:53:06.000000 client "RETR a\r\n"
		6: 1 2026-11-22T08:53:06.000000 server "550 b\r\n"
		7: 1 2026-11-22T08:53:06.000000 client "QUIT\r\n"
		7: 1 2026-11-22T08:53:06.000000 server "221 \r\n"
		7: 1 2026-11-22T08:53:06.000000 closed
		`},
	{"process numbers", "pure-ftpd", `
		Nov 22 10:29:08 ftp pure-ftpd[7]: (?@10.0.0.1) [INFO] New connection from 10.0.0.1
		Nov 22 10:29:08 ftp pure-ftpd[7]: (?@10.0.0.1) [DEBUG] 220 a
		Nov 22 10:29:09 ftp pure-ftpd[8]: (?@10.0.0.1) [INFO] New connection from 10.0.0.1
		Nov 22 10:29:09 ftp pure-ftpd[8]: (?@10.0.0.1) [DEBUG] 220 b
		Nov 22 10:29:10 ftp pure-ftpd[7]: (?@10.0.0.1) [DEBUG] Command [noop] []
		Nov 22 10:29:10 ftp pure-ftpd[8]: (?@10.0.0.1) [DEBUG] Command [xmkd] [a] [b]
		Nov 22 10:29:11 ftp pure-ftpd[7]: (?@10.0.0.1) [INFO] New connection from 10.0.0.1
		`, `
		2: 1 1970-01-01T00:00:00.000000 10.0.0.1:0->? server "220 a\r\n"
		4: 2 1970-01-01T00:00:01.000000 10.0.0.1:0->? server "220 b\r\n"
		5: 1 1970-01-01T00:00:02.000000 10.0.0.1:0->? client "NOOP\r\n"
		6: 2 1970-01-01T00:00:02.000000 10.0.0.1:0->? client "XMKD a] [b\r\n"
		7: 1 1970-01-01T00:00:03.000000 closed
		`},
	{"no process numbers", "pure-ftpd", `
		<95>Nov 22 10:29:08 pure-ftpd: (?@10.0.0.1) [DEBUG] 220 a
		<95>Nov 22 10:29:08 pure-ftpd: (?@10.0.0.1) [INFO] u is now logged in
		<95>Nov 22 10:29:08 pure-ftpd: (u@10.0.0.1) [DEBUG] 230 b
		<95>Nov 22 10:29:08 pure-ftpd: (?@10.0.0.1) [INFO] New connection from 10.0.0.1
		<95>Nov 22 10:29:08 pure-ftpd: (?@10.0.0.1) [DEBUG] 220 c
		<95>Nov 22 10:29:08 pure-ftpd: (u@10.0.0.1) [DEBUG] Command [syst] []
		<95>Nov 22 10:29:08 pure-ftpd: (?@10.0.0.1) [INFO] u is now logged in
		<95>Nov 22 10:29:08 pure-ftpd: (u@10.0.0.1) [DEBUG] 221 d
		`, `
		1: 1 1970-01-01T00:00:00.000000 10.0.0.1:0->? server "220 a\r\n"
		3: 1 1970-01-01T00:00:00.000000 10.0.0.1:0->? server "230 b\r\n"
		5: 2 1970-01-01T00:00:00.000000 10.0.0.1:0->? server "220 c\r\n"
		6: 1 1970-01-01T00:00:00.000000 10.0.0.1:0->? client "SYST\r\n"
		7: 1 1970-01-01T00:00:00.000000 server gap 0
		7: 1 1970-01-01T00:00:00.000000 client gap 0
		7: 2 1970-01-01T00:00:00.000000 server gap 0
		7: 2 1970-01-01T00:00:00.000000 client gap 0
		8: 2 1970-01-01T00:00:00.000000 10.0.0.1:0->? server "221 d\r\n"
		8: 2 1970-01-01T00:00:00.000000 closed
		`},
	{"lines of a reply, those of others", "pure-ftpd", `
		<95>Nov 22 10:29:08 pure-ftpd: (?@host.example.org) [DEBUG] 211-Extensions supported:` + "\r" + `
		 UTF8` + "\r" + `
		 TVFS
		<86>Nov 22 10:29:08 pure-ftpd: pam_unix(pure-ftpd:session): session opened
		 of another
		<95>Nov 22 10:29:08 pure-ftpd: (?@host.example.org) [DEBUG] 211 End.
		`, `
		1: 1 1970-01-01T00:00:00.000000 server "211-Extensions supported:\r\n"
		2: 1 server " UTF8\r\n"
		3: 1 server " TVFS\r\n"
		6: 1 1970-01-01T00:00:00.000000 server "211 End.\r\n"
		`},
	{"another port, out of order, again, cut", "tshark-ek", `
		{"index":{}}
		{"timestamp":"1","layers":{"tcp_stream":["3"],"tcp_srcport":["20"],"tcp_dstport":["5000"],"tcp_payload":["61"]}}
		{"timestamp":"1","layers":{"ip_src":["10.0.0.2"],"ip_dst":["10.0.0.1"],"tcp_stream":["4"],"tcp_srcport":["2121"],"tcp_dstport":["5"],"tcp_seq":["1"],"tcp_len":["3"],"tcp_payload":["323230"],"ftp_response":["1"],"frame_time_epoch":["1.5"]}}
		{"timestamp":"1","layers":{"ip_src":["10.0.0.2"],"ip_dst":["10.0.0.1"],"tcp_stream":["4"],"tcp_srcport":["2121"],"tcp_dstport":["5"],"tcp_seq":["5"],"tcp_len":["2"],"tcp_payload":["0d0a"],"frame_time_epoch":["1970-01-01T00:00:02Z"]}}
		{"timestamp":"1","layers":{"ip_src":["10.0.0.2"],"ip_dst":["10.0.0.1"],"tcp_stream":["4"],"tcp_srcport":["2121"],"tcp_dstport":["5"],"tcp_seq":["3"],"tcp_len":["2"],"tcp_payload":["3020"],"frame_time_epoch":["3"]}}
		{"timestamp":"1","layers":{"ip_src":["10.0.0.1"],"ip_dst":["10.0.0.2"],"tcp_stream":["4"],"tcp_srcport":["5"],"tcp_dstport":["2121"],"tcp_seq":["1"],"tcp_len":["9"],"tcp_payload":["4e4f"],"frame_time_epoch":["4"]}}
		{"timestamp":"1","layers":{"ip_src":["10.0.0.1"],"ip_dst":["10.0.0.2"],"tcp_stream":["4"],"tcp_srcport":["5"],"tcp_dstport":["2121"],"tcp_flags":["0x0011"],"tcp_seq":["10"],"tcp_len":["0"],"frame_time_epoch":["5"]}}
		{"timestamp":"1","layers":{"ip_src":["10.0.0.2"],"ip_dst":["10.0.0.1"],"tcp_stream":["4"],"tcp_srcport":["2121"],"tcp_dstport":["5"],"tcp_seq":["9"],"tcp_len":["1"],"tcp_payload":["61"],"frame_time_epoch":["6"]}}
		`, `
		3: 1 1970-01-01T00:00:01.500000 10.0.0.1:5->10.0.0.2:2121 server "220"
		5: 1 1970-01-01T00:00:03.000000 10.0.0.1:5->10.0.0.2:2121 server " "
		5: 1 1970-01-01T00:00:03.000000 10.0.0.1:5->10.0.0.2:2121 server "\r\n"
		6: 1 1970-01-01T00:00:04.000000 10.0.0.1:5->10.0.0.2:2121 client "NO"
		6: 1 1970-01-01T00:00:04.000000 10.0.0.1:5->10.0.0.2:2121 client gap 7
		7: 1 1970-01-01T00:00:05.000000 10.0.0.1:5->10.0.0.2:2121 client hang-up
		9: 1 10.0.0.1:5->10.0.0.2:2121 server gap 2
		9: 1 10.0.0.1:5->10.0.0.2:2121 server "a"
		`},
	{"lines within a line, another's record", "pyftpdlib", `
		[D 2026-11-22 22:28:14] 10.0.0.1:5-[] -> 220 a
		    b
		[D 2026-11-22 22:28:15] ::1:6-[] <- NOOP
		[D 2026-11-22 22:28:15] [debug] call: close()
		    c
		[I 2026-11-22 22:28:16] 10.0.0.1:5-[] FTP session closed (disconnect).
		DEBUG:pyftpdlib:10.0.0.1:5-[u] -> 220 d
		e
		`, `
		1: 1 2026-11-22T22:28:14.000000 10.0.0.1:5->? server "220 a"
		2: 1 2026-11-22T22:28:14.000000 10.0.0.1:5->? server "\nb"
		3: 1 2026-11-22T22:28:14.000000 10.0.0.1:5->? server "\r\n"
		3: 2 2026-11-22T22:28:15.000000 [::1]:6->? client "NOOP"
		4: 2 2026-11-22T22:28:15.000000 [::1]:6->? client "\r\n"
		6: 1 closed
		7: 3 10.0.0.1:5->? server "220 d"
		8: 3 10.0.0.1:5->? server "\ne"
		9: 3 10.0.0.1:5->? server "\r\n"
		`},
	{"quoted and not, a number comes again", "ftpserverlib", `
		time=2026-11-22T22:34:12.875+01:00 level=DEBUG msg="Client connected" clientId=1 clientIp=[::1]:5
		time=2026-11-22T22:34:12.875+01:00 level=DEBUG msg="Received line" clientId=1 line=SYST
		time=2026-11-22T22:34:12.875+01:00 level=DEBUG msg="Sending answer" clientId=1 line="257 \"\xe9=\" a"
		time=2026-11-22T22:34:12.875+01:00 level=DEBUG msg="Client connected" clientId=1 clientIp=10.0.0.1:5
		time=2026-11-22T22:34:12.875+01:00 level=DEBUG msg="Sending answer" clientId=1 line=200
		time=2026-11-22T22:34:12.875+01:00 level=DEBUG msg="Client disconnected" clientId=1 clientIp=10.0.0.1:5
		time=2026-11-22T22:34:12.875+01:00 level=DEBUG msg="Client disconnected" clientId=1 clean=true
		`, `
		2: 1 2026-11-22T21:34:12.875000 [::1]:5->? client "SYST\r\n"
		3: 1 2026-11-22T21:34:12.875000 [::1]:5->? server "257 \"\xe9=\" a\r\n"
		4: 1 2026-11-22T21:34:12.875000 closed
		5: 2 2026-11-22T21:34:12.875000 10.0.0.1:5->? server "200\r\n"
		6: 2 2026-11-22T21:34:12.875000 closed
		`},
	{"two at a time, a text that looks like a code, a number comes again", "inetutils-ftpd", `
		<94>Nov 22 22:39:58 ftpd[7]: connection from localhost
		<95>Nov 22 22:39:58 ftpd[7]: <--- 220-
		<95>Nov 22 22:39:58 ftpd[8]: <--- 220 ` + `
		<95>Nov 22 22:39:59 ftpd[7]: <--- 221
		<95>Nov 22 22:39:59 ftpd[8]: command: QUIT
		<95>Nov 22 22:39:59 ftpd[7]: Input file: Illegal seek
		<95>Nov 22 22:39:59 ftpd[7]: command: NOOP
		<94>Nov 22 22:39:59 ftpd[7]: connection from localhost
		`, `
		4: 1 1970-01-01T00:00:01.000000 server "220- <--- 221\r\n"
		5: 2 1970-01-01T00:00:01.000000 server "220 command: QUIT\r\n"
		7: 1 1970-01-01T00:00:01.000000 client "NOOP\r\n"
		8: 1 1970-01-01T00:00:01.000000 closed
		`},
	{"blocks of several lines and of part of one", "tshark-follow-ascii", `
		===================================================================
		Follow: tcp,ascii
		Filter: tcp.stream eq 0
		Node 0: 10.0.0.1:5
		Node 1: 10.0.0.2:21
			18
		220-a` + "\r" + `
		12` + "\r" + `
		220 b` + "\r" + `

			3
		200
			2
		` + "\r" + `

			35
		[42 bytes missing in capture file].
		6
		NOOP` + "\r" + `

		`, `
		7: 1 10.0.0.1:5->10.0.0.2:21 server "220-a\r\n"
		8: 1 10.0.0.1:5->10.0.0.2:21 server "12\r\n"
		9: 1 10.0.0.1:5->10.0.0.2:21 server "220 b\r\n"
		12: 1 10.0.0.1:5->10.0.0.2:21 server "200"
		14: 1 10.0.0.1:5->10.0.0.2:21 server "\r\n"
		17: 1 10.0.0.1:5->10.0.0.2:21 server gap 42
		19: 1 10.0.0.1:5->10.0.0.2:21 client "NOOP\r\n"
		`},
	{"another port, the client first, a gap", "tshark-follow", `
		===================================================================
		Follow: tcp,raw
		Filter: tcp.stream eq 0
		Node 0: [::1]:59374
		Node 1: [::1]:2121
		4e4f4f500d0a
			3230300d
			5b3432206279746573206d697373696e6720696e20636170747572652066696c655d00
		===================================================================
		`, `
		6: 1 [::1]:59374->[::1]:2121 client "NOOP\r\n"
		7: 1 [::1]:59374->[::1]:2121 server "200\r"
		8: 1 [::1]:59374->[::1]:2121 server gap 42
		`},
}

func TestServerLogs(t *testing.T) { testLogs(t, serverTests) }

func TestServerLogErrors(t *testing.T) {
	tests := []struct{ name, format, input, want string }{
		{"no payload", "tshark-ek", `{"timestamp":"1","layers":{"tcp_stream":["0"],"tcp_srcport":["21"],"tcp_dstport":["5"],"tcp_len":["3"]}}`,
			"line 1: " + errNoPayload.Error()},
		{"digits", "tshark-ek", `{"timestamp":"1","layers":{"tcp_stream":["0"],"tcp_srcport":["21"],"tcp_dstport":["5"],"tcp_payload":["3"]}}`,
			"line 1: encoding/hex: odd length hex string"},
		{"cut", "tshark-ek", `{"timestamp":"1","layers":{"tcp_stream":`, "line 1: unexpected end of JSON input"},
		{"nobody is the server", "tshark-follow", "Follow: tcp,raw\nNode 0: 10.0.0.1:5\nNode 1: 10.0.0.2:6\n4845\n", "line 4: " + errWhoServes.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := golden(strings.NewReader(tt.input), tt.format); err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

// However a stream is cut into segments, and in whatever order they come, once or more
// often, it comes out as it was. What is missing is told.
func TestSegments(t *testing.T) {
	properties := gopter.NewProperties(nil)
	properties.Property("the stream comes out", prop.ForAll(func(seed uint64, size int) bool {
		random := rand.New(rand.NewPCG(seed, 0))
		stream, first := make([]byte, size), random.Uint32()
		for i := range stream {
			stream[i] = byte(i)
		}
		var cut []segment
		for at := 0; at < size; {
			n := min(1+random.IntN(9), size-at)
			b := stream[at:min(size, at+n+random.IntN(3))] // may overlap the next
			cut = append(cut, segment{first + uint32(at), len(b), b})
			at += n
		}
		late := slices.Clone(cut[min(1, len(cut)):])
		random.Shuffle(len(late), func(i, j int) { late[i], late[j] = late[j], late[i] })
		order := append(cut[:min(1, len(cut))], append(late, cut...)...)
		var got []byte
		var s segments
		for _, g := range order {
			s.add(g, func(b []byte) { got = append(got, b...) }, func(int64) { got = nil })
		}
		return slices.Equal(got, stream) && len(s.held) == 0
	}, gen.UInt64(), gen.IntRange(0, 100)))
	properties.TestingRun(t)
}

func TestSegmentsLost(t *testing.T) {
	var s segments
	var got []string
	send := func(b []byte) { got = append(got, string(b)) }
	lost := func(n int64) { got = append(got, fmt.Sprint(n)) }
	s.add(segment{100, 2, []byte("ab")}, send, lost)
	for i := range uint32(maxHeld) {
		s.add(segment{200 + 2*i, 1, []byte("c")}, send, lost)
	}
	if diff := cmp.Diff([]string{"ab"}, got); diff != "" {
		t.Fatal("before the limit: ", diff)
	}
	s.add(segment{400, 9, []byte("def")}, send, lost)
	s.flush(send, lost)
	if diff := cmp.Diff([]string{"ab", "98", "c", "1", "c"}, got[:5]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"def", "6"}, got[len(got)-2:]); diff != "" && len(s.held) == 0 {
		t.Error(diff)
	}
}

// However many processes of one client wait for a login, or never end, a bounded number is kept.
func TestVsftpdIsBounded(t *testing.T) {
	l, out := newVsftpdLog(), newEmitter(&input{format: &vsftpd})
	var e Event
	for pid := range maxConns + 100 {
		line := fmt.Sprintf(`Sun Nov 22 10:23:15 2026 [pid %d] FTP command: Client "10.0.0.1", "PASS x"`, pid+1)
		if err := l.line([]byte(line), out); err != nil {
			t.Fatal(err)
		}
		for out.take(&e) {
		}
	}
	if len(l.sessions) > maxConns || len(l.order) > 2*maxConns || len(l.waiting) != 1 {
		t.Errorf("%d sessions, %d in the order, %d clients wait", len(l.sessions), len(l.order), len(l.waiting))
	}
	for _, pids := range l.waiting {
		if len(pids) > maxWaiting {
			t.Errorf("%d processes wait", len(pids))
		}
	}
}
