package transcript

// A catalogued describes a format for the page of formats, in addition to its entry in the table.
type catalogued struct {
	with     string // the setting that makes the program log
	example  string // a few lines
	versions string // that were tried
}

func init() {
	for _, f := range formats {
		c := catalogue[f.Name]
		f.Switch, f.Example, f.Versions = c.with, c.example, c.versions
	}
}

// byHand is the version of a format whose samples were written by hand.
const byHand = "none: the shape is documented, not recorded"

// catalogue has the formats by their names.
var catalogue = map[string]catalogued{
	"raw":                  {"tcpflow, or nc HOST 21 >FILE", "220 ready\r\n331 Password required\r\n", "vsftpd 3.0.3, recorded by a proxy"},
	"exchange":             {"a proxy that records", `{"i":1,"t":0.05,"conn":1,"dir":"S","tls":false,"bytes":"MjIwIHJlYWR5DQo="}`, "a proxy of this project before vsftpd 3.0.3"},
	"curl":                 {"-v, with --trace-time for times", "* Connected to ftp.example.org (192.0.2.1) port 21 (#0)\n< 220 ready\n> USER anna", "curl 7.88.1"},
	"curl-trace":           {"--trace FILE, with --trace-time for times", "<= Recv header, 11 bytes (0xb)\n0000: 32 32 30 20 72 65 61 64 79 0d 0a                220 ready..", "curl 7.88.1"},
	"curl-trace-ascii":     {"--trace-ascii FILE, with --trace-time for times", "<= Recv header, 11 bytes (0xb)\n0000: 220 ready", "curl 7.88.1"},
	"lftp":                 {"debug 9, with -t for times", "<--- 220 ready\n---> USER anna", "lftp 4.9.2"},
	"ftplib":               {"set_debuglevel(2)", "*get* '220 ready\\n'\n*cmd* 'USER anna'", "Python 3.11.7"},
	"bsdftp":               {"-d -v", "220 ready\n---> USER anna\n331 Password required", "tnftp 20210827, inetutils ftp 2.4, ftp-ssl; the version of the last was not noted"},
	"wget":                 {"-d", "220 ready\n--> USER anna\n\n331 Password required", "wget 1.21.3"},
	"netftp":               {"Debug => 1", "Net::FTP=GLOB(0x559a7d21ad08)<<< 220 ready\nNet::FTP=GLOB(0x559a7d21ad08)>>> USER anna", "Net::FTP 3.14"},
	"ncftp":                {"-d FILE of ncftpget and its like", "220: ready\nCmd: USER anna", "ncftp 3.2.6"},
	"filezilla":            {"Settings, Logging, Log to file", "2026-11-22 10:45:44 3582 1 Response: 220 ready\n2026-11-22 10:45:44 3582 1 Command: USER anna", "FileZilla 3.63.0"},
	"filezilla-window":     {"nothing: copy the message window", "Response:\t220 ready\nCommand:\tUSER anna", byHand},
	"fluentftp":            {"LogToConsole, or a Logger", "Response: 220 ready [12ms]\nCommand:  USER ***", byHand},
	"basic-ftp":            {"client.ftp.verbose = true", "< 220 ready\n\n> USER anna", "basic-ftp; its version was not noted"},
	"node-ftp":             {"the option debug", "[connection] < '220 ready\\r\\n'\n[connection] > 'USER anna'", "node-ftp; its version was not noted"},
	"commons-net":          {"a PrintCommandListener with the direction", "< 220 ready\n> USER anna", "commons-net 3.9.0"},
	"unmarked":             {"DialWithDebugOutput (jlaffaye/ftp), PrintCommandListener (commons-net)", "220 ready\nUSER anna\n331 Password required", "commons-net 3.9.0, jlaffaye/ftp; its version was not noted"},
	"rclone":               {"-vv --dump bodies", "2026/11/22 10:34:54 DEBUG : FTP Rx: \"220 ready\"\n2026/11/22 10:34:54 DEBUG : FTP Tx: \"USER anna\"", "rclone 1.60.1"},
	"aria2":                {"--log=FILE --log-level=debug", "2026-11-22 10:26:09.058288 [INFO] [FtpConnection.cc:350] CUID#7 - Response received:\n220 ready\n", "aria2 1.36.0"},
	"yafc":                 {"-d", "<-- [192.0.2.1] 220 ready\n--> [192.0.2.1] USER anna", "yafc; its version was not noted"},
	"gftp":                 {"nothing: gftp-text logs to the terminal", "\x1b[39m\x1b[33m220 ready\n\x1b[39m\x1b[32mUSER anna", "gFTP 2.9.1b"},
	"tcllib":               {"set ftp::VERBOSE 1, set ftp::DEBUG 1", ": -> rc=\"220\" -> msgtext=\"220 ready\" -> state=\"user\"\n: ---> USER anna", "Tcllib; its version was not noted"},
	"vsftpd":               {"log_ftp_protocol=YES", "Sun Nov 22 10:23:15 2026 [pid 9] FTP response: Client \"192.0.2.2\", \"220 ready\"", "vsftpd 3.0.3"},
	"proftpd-trace":        {"TraceLog FILE, Trace response:1 command:7", "2026-11-22 10:25:33,690 [5] <response:1>: 220 ready", "ProFTPD 1.3.8"},
	"proftpd-extended":     {`LogFormat all "%t %P \"%r\" %s \"%S\" %b", ExtendedLog FILE ALL all`, `[22/Nov/2026:10:23:06 +0000] 7 "USER anna" 331 "Password required" -`, "ProFTPD 1.3.8"},
	"proftpd-codes":        {"ExtendedLog FILE", `192.0.2.2 UNKNOWN - [22/Nov/2026:10:23:06 +0000] "USER anna" 331 -`, "ProFTPD 1.3.8"},
	"pure-ftpd":            {"-d -d", "Nov 22 10:29:08 box pure-ftpd: (?@192.0.2.2) [DEBUG] 220 ready", "Pure-FTPd 1.0.50"},
	"tshark-ek":            {"-T ek -Y 'tcp.port == 21'", `{"timestamp":"1795342995000","layers":{"frame_time_epoch":["1795342995.1"],"ip_src":["192.0.2.1"],"ip_dst":["192.0.2.2"],"tcp_stream":["0"],"tcp_srcport":["21"],"tcp_dstport":["52449"],"tcp_seq":["1"],"tcp_len":["11"],"tcp_payload":["3232302072656164790d0a"]}}`, "tshark 4.0.17"},
	"tshark-follow":        {"-q -z follow,tcp,raw,N", "\nFollow: tcp,raw\nFilter: tcp.stream eq 0\nNode 0: 192.0.2.2:52449\nNode 1: 192.0.2.1:21\n\t3232302072656164790d0a", "tshark 4.0.17"},
	"tshark-follow-ascii":  {"-q -z follow,tcp,ascii,N", "\nFollow: tcp,ascii\nFilter: tcp.stream eq 0\nNode 0: 192.0.2.2:52449\nNode 1: 192.0.2.1:21\n\t11\n220 ready\n", "tshark 4.0.17"},
	"pyftpdlib":            {"logging at the level DEBUG", "[D 2026-11-22 22:28:14] 192.0.2.2:46024-[] -> 220 ready", "pyftpdlib 1.5.7"},
	"ftpserverlib":         {`SetDebug(true) for each client; SFTPGo: "debug": true in the bindings of ftpd`, "time=2026-11-22T22:34:12.875Z level=DEBUG msg=\"Sending answer\" clientId=1 line=\"220 ready\"", "ftpserverlib 0.25.0"},
	"inetutils-ftpd":       {"-d -l -l", "Nov 22 22:39:58 box ftpd[26814]: <--- 220 \nNov 22 22:39:58 box ftpd[26814]: ready", "inetutils 2.4"},
	"winscp":               {"Preferences, Logging, Enable session logging; or /log=FILE", "< 2026-09-14 13:53:25.674 220 ready\n> 2026-09-14 13:53:25.680 USER anna", byHand},
	"cyberduck":            {"nothing: the log file has the transcript", "2026-03-17 12:03:57,101 [Thread-90] INFO  audit.transcript - 220 ready", byHand},
	"filezilla-server-0.9": {"Settings, Logging, Enable logging to file", "(000015) 01.08.2026 15:53:31 - (not logged in) (192.0.2.7)> 220 ready", byHand},
	"filezilla-server":     {"Logging, level Normal or above", "<12/3/2026 11:23:10 AM> FTP Session 87 192.0.2.7 [Response] 220 ready", byHand},
	"flashfxp":             {"nothing: copy the status window", "[15:57:34] [R] 220 ready\n[15:57:35] [R] USER anna", byHand},
	"packet-list":          {"tshark -r FILE -Y ftp", "    4   0.012895 192.0.2.1 → 192.0.2.2 FTP 76 Response: 220 ready", byHand},
	"tcpdump":              {"-n port 21", "10:23:15.104512 IP 192.0.2.1.21 > 192.0.2.2.52449: Flags [P.], seq 1:12, ack 1, win 227, length 11: FTP: 220 ready", byHand},
	"zeek":                 {"nothing: Zeek writes ftp.log", `{"ts":1795342995.1,"uid":"C1","id.orig_h":"192.0.2.2","id.orig_p":52449,"id.resp_h":"192.0.2.1","id.resp_p":21,"command":"EPSV","reply_code":229,"reply_msg":"Entering Extended Passive Mode (|||4001|)"}`, byHand},
	"eve":                  {"ftp among the types of eve-log", `{"timestamp":"2026-11-22T10:23:15.1+0000","flow_id":1,"event_type":"ftp","src_ip":"192.0.2.2","src_port":52449,"dest_ip":"192.0.2.1","dest_port":21,"ftp":{"command":"USER","command_data":"anna","completion_code":["331"],"reply":["Password required"]}}`, byHand},
	"iis":                  {"W3C logging with cs-method, cs-uri-stem, sc-status and x-session", "#Fields: date time c-ip s-ip s-port cs-method cs-uri-stem sc-status x-session\n2026-11-22 10:00:00 192.0.2.2 192.0.2.1 21 USER anna 331 6f3a", byHand},
	"zgrab2":               {"zgrab2 ftp --authtls", `{"ip":"192.0.2.1","data":{"ftp":{"status":"success","protocol":"ftp","result":{"banner":"220 ready\r\n"},"timestamp":"2026-11-22T10:00:00Z"}}}`, byHand},
	"typed":                {"nothing: copy the terminal; -v shows replies", "Connected to 192.0.2.1.\n220 ready\nName (192.0.2.1:me): anna\n331 Password required", byHand},
	"generic":              {"the log level of the program that shows commands and replies", "10:00:00 SENT: 220 ready\n10:00:01 RECEIVED: USER anna\n10:00:02 SENT: 331 Password required", "thirty invented loggers; none was recorded"},
}
