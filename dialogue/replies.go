package dialogue

// This file is the table. A list names its document: the lists of RFC 959,
// section 5.4, come first, additions of later RFCs follow. "As LIST" and the
// like are not written out: like names the entry whose lists hold too.
//
// The servers of the lists in the wild are, where no other source is named,
// those of a measurement with vsftpd 3.0.3, ProFTPD 1.3.8, Pure-FTPd 1.0.50, GNU
// inetutils ftpd 2.4, ftpd-ssl (linux-ftpd 0.17), pyftpdlib 1.5.7, ftpserverlib
// v0.31.0, ftp-srv 4.6.3, nodeftpd 0.2.16, goftp.io/server v2.0.3, Twisted
// 22.4.0, aioftp 0.21.4 and Globus GridFTP 13.24. The others were reported by
// users of clients.

// effect is the source of the listings that rule out 202. It means that a command is
// superfluous and had no effect, so it cannot answer a command that asks for one.
const effect = "RFC 959, section 4.2"

// The entries that are not commands come first.
const (
	unknown  = iota // a verb that the table does not have
	greeting        // the opening of the connection
	every           // the codes that may answer every command
	optional        // the codes that may answer a command that not every server must have
	transfer        // the codes that the commands with a data connection share
	noRoom          // a command beyond the room of a Sequencer
)

var table = [...]entry{
	unknown: {name: "unknown", open: true,
		allowed: []listing{
			{codes: codes{202}, source: "RFC 959, section 4.2"},
		},
	},
	greeting: {name: "greeting", like: "nothing",
		allowed: []listing{
			{codes: codes{120, 220, 421}, source: "RFC 959, section 5.4"},
			{codes: codes{220, 421}, stage: AfterPreliminary, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{500}, servers: "ftpserverlib, ProFTPD"},
			{codes: codes{530}, servers: "ftpd-ssl, inetutils ftpd"},
			{codes: codes{200}, servers: "fake_ftp, Conpot"},
		},
	},
	every: {name: "every", like: "nothing",
		forbidden: []listing{
			{codes: codes{202}, source: effect},
		},
		allowed: []listing{
			{codes: codes{421, 500, 501, 503, 504, 530}, source: "RFC 959, section 4.2.1"},
			{codes: codes{332, 532}, source: "RFC 959, section 4.1.1"},
			{codes: codes{533}, source: "RFC 2228, section 3"},
			{codes: codes{631, 632, 633}, source: "RFC 2228, section 8.2"},
			{codes: codes{421}, stage: AfterPreliminary, source: "RFC 959, section 4.2.1"},
			{codes: codes{631, 632, 633}, stage: AfterPreliminary, source: "RFC 2228, section 8.2"},
		},
	},
	optional: {name: "optional", like: "every",
		allowed: []listing{
			{codes: codes{502}, source: "RFC 959, section 4.2"},
		},
	},
	transfer: {name: "transfer", like: "every",
		allowed: []listing{
			{codes: codes{125, 150, 500, 501, 421, 530}, source: "RFC 959, section 5.4"},
			{codes: codes{226, 250, 425, 426, 451}, stage: AfterPreliminary, source: "RFC 959, section 5.4"},
			{codes: codes{554, 555}, stage: AfterRestart, source: "RFC 1123, section 4.1.3.4"},
			{codes: codes{534}, source: "RFC 2228, sections 6 and 8.2"},
			{codes: codes{535}, stage: AfterPreliminary, source: "RFC 2228, sections 6 and 8.2"},
			{codes: codes{521}, source: "RFC 4217, section 10.2"},
			{codes: codes{522}, stage: AfterPreliminary, source: "RFC 4217, section 10.2"},
			{codes: codes{522}, source: "RFC 4217, section 11.4"},
		},
		wild: []listing{
			{codes: codes{226, 250}, source: "RFC 959, section 6, draws it without a 1yz; section 5.4 does not list it"},
		},
	},
	noRoom: {name: "no room", open: true},

	{name: "USER", like: "every",
		allowed: []listing{
			{codes: codes{230, 530, 500, 501, 421, 331, 332}, source: "RFC 959, section 5.4"},
			{codes: codes{232}, source: "RFC 2228, sections 4 and 8.2; RFC 4217, section 12"},
			{codes: codes{336}, source: "RFC 2228, sections 4 and 8.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ProFTPD, pyftpdlib"},
			{codes: codes{553}, servers: "goftp"},
			{codes: codes{200}, servers: "dCache, mtheall/ftpd"},
			{codes: codes{430}, servers: "mtheall/ftpd"},
		},
	},
	{name: "PASS",
		allowed: []listing{
			{codes: codes{230, 202, 530, 500, 501, 503, 421, 332}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{232}, servers: "ProFTPD"},
			{codes: codes{550}, servers: "ProFTPD, pyftpdlib"},
			{codes: codes{430}, servers: "mtheall/ftpd"},
		},
	},
	{name: "ACCT",
		allowed: []listing{
			{codes: codes{230, 202, 530, 500, 501, 503, 421}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ProFTPD"},
		},
	},
	{name: "CWD",
		allowed: []listing{
			{codes: codes{250, 500, 501, 502, 421, 530, 550}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{200}, servers: "mtheall/ftpd, a server reported to suppaftp", source: "RFC 959, appendix II, an example"},
			{codes: codes{431}, source: "RFC 959, appendix II, an example"},
			{codes: codes{553}, servers: "goftp"},
			{codes: codes{257}, servers: "wconrad/ftpd"},
			{codes: codes{402}, servers: "ftp-srv"},
		},
	},
	{name: "CDUP",
		allowed: []listing{
			{codes: codes{200, 500, 501, 502, 421, 530, 550}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{250}, servers: "all thirteen measured", source: "RFC 959, section 4.1.1, gives it the replies of CWD; section 5.4 does not list it"},
		},
	},
	{name: "SMNT",
		allowed: []listing{
			{codes: codes{202, 250, 500, 501, 502, 421, 530, 550}, source: "RFC 959, section 5.4"},
		},
	},
	{name: "REIN",
		allowed: []listing{
			{codes: codes{120, 220, 421, 500, 502}, source: "RFC 959, section 5.4"},
			{codes: codes{220}, stage: AfterPreliminary, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{230}, servers: "pyftpdlib"},
			{codes: codes{550}, servers: "ProFTPD"},
		},
	},
	{name: "QUIT", like: "every",
		allowed: []listing{
			{codes: codes{221, 500}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{211}, servers: "Globus GridFTP"},
		},
	},
	{name: "PORT", like: "every",
		allowed: []listing{
			{codes: codes{200, 500, 501, 421, 530}, source: "RFC 959, section 5.4"},
			{codes: codes{504}, source: "RFC 2577, section 3"},
		},
		wild: []listing{
			{codes: codes{425}, servers: "ftp-srv, goftp, pyftpdlib, Twisted"},
			{codes: codes{502}, servers: "aioftp"},
			{codes: codes{522}, servers: "Globus GridFTP"},
			{codes: codes{550}, servers: "ftpserverlib, ProFTPD, Twisted, vsftpd"},
			{codes: codes{553}, servers: "goftp"},
		},
	},
	{name: "PASV",
		allowed: []listing{
			{codes: codes{227, 500, 501, 502, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{229}, servers: "address translators on the way (reported to CPython)"},
			{codes: codes{425}, servers: "Pure-FTPd, Serv-U"},
			{codes: codes{550}, servers: "ProFTPD, pyftpdlib, Twisted, vsftpd"},
			{codes: codes{200}, servers: "wconrad/ftpd"},
			{codes: codes{451}, servers: "mtheall/ftpd"},
		},
	},
	{name: "MODE", like: "every",
		allowed: []listing{
			{codes: codes{200, 500, 501, 504, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{502}, servers: "aioftp, ftpd-ssl, inetutils ftpd, nodeftpd"},
			{codes: codes{550}, servers: "ProFTPD"},
			{codes: codes{553}, servers: "goftp"},
		},
	},
	{name: "TYPE", like: "every",
		forbidden: []listing{
			{codes: codes{202}, source: effect, servers: "nodeftpd"},
		},
		allowed: []listing{
			{codes: codes{200, 500, 501, 504, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{502}, servers: "aioftp, Twisted"},
			{codes: codes{550}, servers: "ProFTPD, Twisted"},
			{codes: codes{250}, servers: "Sming"},
		},
	},
	{name: "STRU", like: "every",
		allowed: []listing{
			{codes: codes{200, 500, 501, 504, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{502}, servers: "aioftp, ftpserverlib, nodeftpd"},
			{codes: codes{550}, servers: "ProFTPD"},
			{codes: codes{553}, servers: "goftp"},
		},
	},
	{name: "ALLO",
		allowed: []listing{
			{codes: codes{200, 202, 500, 501, 504, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ftpserverlib"},
			{codes: codes{552}, servers: "ProFTPD, Pure-FTPd"},
		},
	},
	{name: "REST",
		allowed: []listing{
			{codes: codes{500, 501, 502, 421, 530, 350}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ftpserverlib, ProFTPD"},
			{codes: codes{551, 553}, servers: "goftp"},
			{codes: codes{554}, servers: "Pure-FTPd"},
		},
	},
	{name: "STOR", like: "transfer",
		allowed: []listing{
			{codes: codes{532, 450, 452, 553}, source: "RFC 959, section 5.4"},
			{codes: codes{110, 551, 552}, stage: AfterPreliminary, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "aioftp, ftp-srv, ftpserverlib, ProFTPD, Pure-FTPd, pyftpdlib, Twisted, vsftpd"},
			{codes: codes{200}, stage: AfterPreliminary, servers: "em-ftpd"},
			{codes: codes{452}, stage: AfterPreliminary, servers: "ProFTPD"},
			{codes: codes{552}, servers: "Pure-FTPd"},
			{codes: codes{402}, servers: "ftp-srv"},
			{codes: codes{425}, servers: "ProFTPD, Pure-FTPd, vsftpd"},
			{codes: codes{451}, servers: "ProFTPD"},
			{codes: codes{450}, stage: AfterPreliminary, servers: "ProFTPD, goftp"},
			{codes: codes{550}, stage: AfterPreliminary, servers: "libunftp, Net::FTPServer"},
			{codes: codes{111, 112}, stage: AfterPreliminary, source: "GFD.020, GridFTP"},
		},
	},
	{name: "STOU", like: "STOR",
		allowed: []listing{
			{codes: codes{502}, source: "RFC 959, section 4.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ftp-srv, pyftpdlib"},
			{codes: codes{552}, servers: "Pure-FTPd"},
			{codes: codes{402}, servers: "ftp-srv"},
			{codes: codes{425}, servers: "Pure-FTPd"},
			{codes: codes{451}, servers: "ProFTPD"},
		},
	},
	{name: "RETR", like: "transfer",
		allowed: []listing{
			{codes: codes{450, 550}, source: "RFC 959, section 5.4"},
			{codes: codes{110}, stage: AfterPreliminary, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{553}, servers: "Pure-FTPd, goftp"},
			{codes: codes{551}, servers: "ftp-srv, goftp"},
			{codes: codes{550}, stage: AfterPreliminary, servers: "nodeftpd"},
			{codes: codes{402}, servers: "ftp-srv"},
			{codes: codes{425}, servers: "ProFTPD, Pure-FTPd, vsftpd"},
			{codes: codes{451}, servers: "ProFTPD"},
			{codes: codes{450}, stage: AfterPreliminary, servers: "ProFTPD"},
			{codes: codes{452, 552}, stage: AfterPreliminary, servers: "libunftp"},
			{codes: codes{551}, stage: AfterPreliminary, servers: "inetutils ftpd, Apache FtpServer, goftp"},
		},
	},
	{name: "LIST", like: "transfer",
		allowed: []listing{
			{codes: codes{450, 502}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "aioftp, ftpserverlib, Globus GridFTP, goftp, nodeftpd, ProFTPD, pyftpdlib, Twisted"},
			{codes: codes{450}, stage: AfterPreliminary, servers: "ProFTPD"},
			{codes: codes{402, 451}, servers: "ftp-srv"},
			{codes: codes{425}, servers: "ProFTPD, Pure-FTPd, vsftpd"},
			{codes: codes{550}, stage: AfterPreliminary, servers: "libunftp, gonzalop"},
			{codes: codes{551}, stage: AfterPreliminary, servers: "Apache FtpServer"},
		},
	},
	{name: "NLST", like: "LIST",
		wild: []listing{
			{codes: codes{550}, servers: "ftpd-ssl, ftpserverlib, Globus GridFTP, goftp, inetutils ftpd, nodeftpd, Pure-FTPd, pyftpdlib"},
			{codes: codes{425}, servers: "ProFTPD, Pure-FTPd, vsftpd"},
			{codes: codes{451}, servers: "ftp-srv"},
			{codes: codes{551}, stage: AfterPreliminary, servers: "Apache FtpServer"},
		},
	},
	{name: "APPE", like: "transfer",
		allowed: []listing{
			{codes: codes{532, 450, 550, 452, 553, 502}, source: "RFC 959, section 5.4"},
			{codes: codes{110, 551, 552}, stage: AfterPreliminary, source: "RFC 959, section 5.4"},
			{codes: codes{555}, source: "RFC 1123, section 4.1.3.4"},
		},
		wild: []listing{
			{codes: codes{452}, stage: AfterPreliminary, servers: "ProFTPD"},
			{codes: codes{552}, servers: "Pure-FTPd"},
			{codes: codes{425}, servers: "Pure-FTPd"},
			{codes: codes{451}, servers: "ProFTPD"},
			{codes: codes{450}, stage: AfterPreliminary, servers: "ProFTPD, goftp"},
		},
	},
	{name: "RNFR",
		allowed: []listing{
			{codes: codes{450, 550, 500, 501, 502, 421, 530, 350}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{553}, servers: "goftp"},
			{codes: codes{402}, servers: "ftp-srv"},
		},
	},
	{name: "RNTO",
		allowed: []listing{
			{codes: codes{250, 532, 553, 500, 501, 502, 503, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "all thirteen measured"},
			{codes: codes{451}, servers: "aioftp, Pure-FTPd"},
			{codes: codes{200}, servers: "bftpd"},
			{codes: codes{402}, servers: "ftp-srv"},
			{codes: codes{450}, servers: "libunftp"},
			{codes: codes{554}, servers: "mtheall/ftpd"},
		},
	},
	{name: "DELE",
		allowed: []listing{
			{codes: codes{250, 450, 550, 500, 501, 502, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{451}, servers: "aioftp"},
			{codes: codes{553}, servers: "goftp"},
			{codes: codes{200}, servers: "bftpd"},
			{codes: codes{402}, servers: "ftp-srv"},
		},
	},
	{name: "RMD",
		allowed: []listing{
			{codes: codes{250, 500, 501, 502, 421, 530, 550}, source: "RFC 959, section 5.4"},
			{codes: codes{450}, source: "RFC 959, appendix II"},
		},
		wild: []listing{
			{codes: codes{451}, servers: "aioftp, Globus GridFTP"},
			{codes: codes{553}, servers: "goftp"},
			{codes: codes{200}, servers: "bftpd"},
		},
	},
	{name: "MKD",
		allowed: []listing{
			{codes: codes{257, 500, 501, 502, 421, 530, 550}, source: "RFC 959, section 5.4"},
			{codes: codes{450, 452, 532, 553}, source: "RFC 959, appendix II"},
		},
		wild: []listing{
			{codes: codes{521}, servers: "BunnyCDN", source: "RFC 959, appendix II, an example"},
			{codes: codes{451}, servers: "aioftp, Globus GridFTP"},
			{codes: codes{552}, servers: "Pure-FTPd"},
			{codes: codes{200}, servers: "uftpd, bftpd"},
			{codes: codes{250}, servers: "Net::FTPServer, mtheall/ftpd, swiftp"},
			{codes: codes{402}, servers: "ftp-srv"},
		},
	},
	{name: "PWD",
		allowed: []listing{
			{codes: codes{257, 500, 501, 502, 421, 550}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{402}, servers: "ftp-srv"},
		},
	},
	{name: "ABOR",
		allowed: []listing{
			{codes: codes{225, 226, 500, 501, 502, 421}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550, 426}, servers: "ProFTPD"},
			{codes: codes{451}, servers: "Pure-FTPd"},
			{codes: codes{425}, servers: "mtheall/ftpd"},
		},
	},
	{name: "SYST",
		allowed: []listing{
			{codes: codes{215, 500, 501, 502, 421}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{200}, servers: "OpenVMS"},
		},
	},
	{name: "STAT",
		allowed: []listing{
			{codes: codes{211, 212, 213, 450, 500, 501, 502, 421, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "Globus GridFTP, nodeftpd, ProFTPD, pyftpdlib"},
			{codes: codes{200}, servers: "libunftp"},
			{codes: codes{221}, servers: "FileZilla Server"},
			{codes: codes{402}, servers: "ftp-srv"},
			{codes: codes{551}, servers: "inetutils ftpd"},
		},
	},
	{name: "HELP",
		allowed: []listing{
			{codes: codes{211, 214, 500, 501, 502, 421}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ProFTPD"},
			{codes: codes{200}, servers: "SimpleFTPServer"},
		},
	},
	{name: "SITE",
		allowed: []listing{
			{codes: codes{200, 202, 500, 501, 530}, source: "RFC 959, section 5.4"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ftpd-ssl, ftpserverlib, Globus GridFTP, inetutils ftpd, ProFTPD, Pure-FTPd, pyftpdlib, vsftpd"},
			{codes: codes{213, 211}, servers: "Pure-FTPd"},
			{codes: codes{214}, servers: "ftpd-ssl, Globus GridFTP, inetutils ftpd, ProFTPD, Pure-FTPd, pyftpdlib, vsftpd"},
			{codes: codes{250}, servers: "ftpserverlib, Globus GridFTP, ProFTPD"},
			{codes: codes{350}, servers: "ProFTPD"},
			{codes: codes{150, 220}, servers: "FubarDev"},
			{codes: codes{210}, servers: "Serv-U, CrushFTP"},
			{codes: codes{402}, servers: "ftp-srv"},
			{codes: codes{451}, servers: "Pure-FTPd, Net::FTPServer"},
			{codes: codes{553}, servers: "Pure-FTPd"},
		},
	},
	{name: "NOOP", like: "every",
		allowed: []listing{
			{codes: codes{200, 500, 421}, source: "RFC 959, section 5.4"},
			{codes: codes{202}, source: "RFC 959, section 4.2"},
		},
		wild: []listing{
			{codes: codes{502}, servers: "aioftp"},
			{codes: codes{550}, servers: "ProFTPD"},
		},
	},
	{name: "P@SW", like: "PASV"}, // PASV through firewalls that rewrite it: Pure-FTPd, vsftpd
	{name: "XCWD", like: "CWD"},
	{name: "XMKD", like: "MKD",
		wild: []listing{
			{codes: codes{521, 506, 425, 251, 451}, source: "RFC 775, obsolete"},
			{codes: codes{552}, servers: "Pure-FTPd"},
		},
	},
	{name: "XCUP", like: "CDUP",
		wild: []listing{
			{codes: codes{506, 507, 521, 425, 551, 450, 451}, source: "RFC 775, obsolete"},
			{codes: codes{250}, servers: "ftp-srv, ftpd-ssl, goftp, inetutils ftpd, ProFTPD, Pure-FTPd, pyftpdlib, vsftpd"},
		},
	},
	{name: "XRMD", like: "RMD",
		wild: []listing{
			{codes: codes{224, 506, 521, 425, 451}, source: "RFC 775, obsolete"},
		},
	},
	{name: "XPWD", like: "PWD",
		wild: []listing{
			{codes: codes{425, 506, 251, 451}, source: "RFC 775, obsolete"},
		},
	},
	{name: "LPRT",
		allowed: []listing{
			{codes: codes{200}, source: "RFC 1639, section 2, which names no code"},
			{codes: codes{500, 501, 521}, source: "RFC 1639, section 4"},
		},
		wild: []listing{
			{codes: codes{425, 522}, servers: "goftp"},
		},
	},
	{name: "LPSV",
		allowed: []listing{
			{codes: codes{228}, source: "RFC 1639, section 3"},
			{codes: codes{500, 501, 521}, source: "RFC 1639, section 4"},
		},
	},
	{name: "AUTH",
		// SSL and TLS-P are names from before RFC 4217; clients still send them.
		arguments: []word{{"TLS", argTLS}, {"TLS-C", argTLS}, {"TLS-P", argTLS}, {"SSL", argTLS}},
		forbidden: []listing{
			{codes: codes{202}, source: effect, servers: "ftp-srv"},
		},
		allowed: []listing{
			{codes: codes{234, 334}, source: "RFC 2228, sections 3 and 8.2"},
			{codes: codes{502, 504, 534, 431, 500, 501, 421}, source: "RFC 2228, section 8.2"},
		},
		wild: []listing{
			{codes: codes{550, 553}, servers: "goftp"},
			{codes: codes{200}, servers: "VxWorks"},
			{codes: codes{334}, argument: argTLS, source: "RFC 4217, section 4.2, calls it incorrect; curl and commons-net accept it"},
		},
	},
	{name: "ADAT",
		allowed: []listing{
			{codes: codes{235, 335}, source: "RFC 2228, sections 3 and 8.2"},
			{codes: codes{503, 501, 535, 500, 421}, source: "RFC 2228, section 8.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "goftp, ProFTPD"},
		},
	},
	{name: "PBSZ",
		forbidden: []listing{
			{codes: codes{202}, source: effect, servers: "ftp-srv"},
		},
		allowed: []listing{
			{codes: codes{200, 503, 500, 501, 421, 530}, source: "RFC 2228, section 8.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "goftp, ProFTPD"},
			{codes: codes{553}, servers: "goftp"},
		},
	},
	{name: "PROT",
		forbidden: []listing{
			{codes: codes{202}, source: effect, servers: "ftp-srv"},
		},
		allowed: []listing{
			{codes: codes{200, 504, 536, 503, 534, 431, 500, 501, 421, 530}, source: "RFC 2228, section 8.2"},
		},
		wild: []listing{
			{codes: codes{521}, servers: "pyftpdlib"},
			{codes: codes{550}, servers: "goftp, ProFTPD"},
			{codes: codes{553}, servers: "goftp"},
		},
	},
	{name: "CCC",
		allowed: []listing{
			{codes: codes{200}, source: "RFC 2228, section 3"},
			{codes: codes{533, 534}, source: "RFC 2228, section 3; RFC 4217, section 5"},
			{codes: codes{500}, source: "RFC 4217, section 5"},
			{codes: codes{501, 502, 421}, source: "RFC 2228, section 8.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ProFTPD"},
			{codes: codes{553}, servers: "goftp"},
		},
	},
	{name: "MIC", open: true,
		allowed: []listing{
			{codes: codes{535, 533, 500, 501, 421}, source: "RFC 2228, section 8.2"},
			{codes: codes{502, 503, 537}, source: "RFC 2228, section 3"},
			{codes: codes{631, 632, 633}, source: "RFC 2228, section 5.2"},
			{codes: codes{202}, source: "RFC 959, section 4.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "goftp, ProFTPD"},
		},
	},
	{name: "CONF", like: "MIC", open: true,
		wild: []listing{
			{codes: codes{550}, servers: "goftp, ProFTPD"},
		},
	},
	{name: "ENC", like: "MIC", open: true,
		wild: []listing{
			{codes: codes{550}, servers: "goftp, ProFTPD"},
		},
	},
	{name: "FEAT",
		allowed: []listing{
			{codes: codes{211, 500, 502, 501}, source: "RFC 2389, section 3.2"},
		},
	},
	{name: "OPTS",
		allowed: []listing{
			{codes: codes{200, 451, 501, 500, 502}, source: "RFC 2389, section 4"},
			{codes: codes{202}, source: "RFC 959, section 4.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "goftp, ProFTPD"},
		},
	},
	{name: "EPRT",
		allowed: []listing{
			{codes: codes{200, 500, 501, 522}, source: "RFC 2428, section 2"},
		},
		wild: []listing{
			{codes: codes{425}, servers: "goftp, pyftpdlib, Twisted"},
			{codes: codes{553}, servers: "goftp"},
		},
	},
	{name: "EPSV",
		arguments: []word{{"ALL", argAll}},
		forbidden: []listing{
			{codes: codes{202}, source: effect, servers: "nodeftpd, webMAN-MOD"},
		},
		allowed: []listing{
			{codes: codes{229, 500, 501, 522}, source: "RFC 2428, section 3"},
			{codes: codes{200}, argument: argAll, source: "RFC 2428, section 3, which names no code"},
			{codes: codes{504}, argument: argAll, source: "RFC 6384, section 6"},
			{codes: codes{425}, source: "RFC 6384, section 6"},
		},
		wild: []listing{
			{codes: codes{227}, servers: "servers reported to basic-ftp and FluentFTP"},
			{codes: codes{220}, argument: argAll, servers: "Pure-FTPd, pyftpdlib"},
			{codes: codes{550}, servers: "ProFTPD"},
			{codes: codes{200}, servers: "wconrad/ftpd"},
		},
	},
	{name: "LANG",
		allowed: []listing{
			{codes: codes{200, 500, 501, 502, 504}, source: "RFC 2640, section 4.2"},
		},
		wild: []listing{
			{codes: codes{550}, servers: "ProFTPD"},
		},
	},
	{name: "MDTM",
		allowed: []listing{
			{codes: codes{213}, source: "RFC 3659, section 3.1"},
			{codes: codes{550, 500, 501, any4yz}, source: "RFC 3659, section 3.2"},
		},
		wild: []listing{
			{codes: codes{253}, servers: "Serv-U"},
			{codes: codes{553}, servers: "Serv-U, vsftpd, goftp"},
		},
	},
	{name: "SIZE",
		allowed: []listing{
			{codes: codes{213}, source: "RFC 3659, section 4.1"},
			{codes: codes{550, 500, 501, any4yz}, source: "RFC 3659, section 4.2"},
		},
		wild: []listing{
			{codes: codes{553}, servers: "goftp"},
			{codes: codes{220}, servers: "FTP2Azure"},
		},
	},
	{name: "MLST",
		allowed: []listing{
			{codes: codes{250}, source: "RFC 3659, section 7.2"},
			{codes: codes{501, 500, 550, 530, 553, 503, 504, any4yz}, source: "RFC 3659, section 7.2.1"},
		},
		wild: []listing{
			{codes: codes{521}, servers: "Pure-FTPd"},
		},
	},
	{name: "MLSD", like: "transfer",
		forbidden: []listing{
			{codes: codes{250}, stage: AfterPreliminary, source: "RFC 3659, section 7.2, has 226 alone"},
		},
		allowed: []listing{
			{codes: codes{150}, source: "RFC 3659, section 7.2"},
			{codes: codes{226}, stage: AfterPreliminary, source: "RFC 3659, section 7.2"},
			{codes: codes{501}, source: "RFC 3659, sections 7.1 and 7.2.1"},
			{codes: codes{500, 550, 530, 553, 503, 504, any4yz}, source: "RFC 3659, section 7.2.1"},
			{codes: codes{any4yz}, stage: AfterPreliminary, source: "RFC 3659, section 7.2.1"},
			{codes: codes{502}, source: "RFC 959, section 4.2"},
		},
		wild: []listing{
			{codes: codes{125}, source: "RFC 3659, section 7.2, has 150 alone", servers: "pyftpdlib"},
			{codes: codes{200}, stage: AfterPreliminary, servers: "aioftp"},
			{codes: codes{550}, stage: AfterPreliminary, servers: "libunftp"},
			{codes: codes{551}, stage: AfterPreliminary, servers: "Apache FtpServer"},
		},
	},
	{name: "HOST",
		allowed: []listing{
			{codes: codes{220}, source: "RFC 7151, section 3.1"},
			{codes: codes{421}, source: "RFC 7151, section 3.2"},
			{codes: codes{504}, source: "RFC 7151, sections 3.1 and 3.2"},
			{codes: codes{501}, source: "RFC 7151, sections 3.1 and 3.3"},
			{codes: codes{503}, source: "RFC 7151, sections 3 and 3.3"},
			{codes: codes{500, 502}, source: "RFC 7151, section 3.3"},
		},
		wild: []listing{
			{codes: codes{200}, servers: "Net::FTPServer"},
		},
	},
	{name: "ALGS",
		allowed: []listing{
			{codes: codes{216, 502, 504, 202}, source: "RFC 6384, section 11"},
		},
	},
	{name: "MFMT", like: "MFF",
		wild: []listing{
			{codes: codes{253}, servers: "Serv-U, ioFTPD"},
			{codes: codes{551}, servers: "FubarDev"},
		},
	},
	{name: "MFCT", like: "MFF",
		wild: []listing{
			{codes: codes{551}, servers: "FubarDev"},
		},
	},
	{name: "MFF",
		allowed: []listing{
			{codes: codes{213, 504, 550, 500, 501, any4yz}, source: "draft-somers-ftp-mfxx-03"},
		},
		wild: []listing{
			{codes: codes{551}, servers: "FubarDev"},
		},
	},
	{name: "PRET",
		allowed: []listing{
			{codes: codes{200, 550}, source: "in no RFC; Pure-FTPd"},
			{codes: codes{202}, source: "RFC 959, section 4.2"},
		},
	},
	{name: "CLNT",
		allowed: []listing{
			{codes: codes{200}, source: "in no RFC; ProFTPD"},
			{codes: codes{202}, source: "RFC 959, section 4.2"},
		},
	},
	{name: "CSID",
		allowed: []listing{
			{codes: codes{200}, source: "in no RFC; ProFTPD"},
			{codes: codes{202}, source: "RFC 959, section 4.2"},
		},
	},
	{name: "HASH",
		allowed: []listing{
			{codes: codes{213, 450, 550, 552, 553, 556}, source: "draft-ietf-ftpext2-hash"},
		},
	},
	{name: "XCRC",
		allowed: []listing{
			{codes: codes{213, 501, 550}, source: "in no RFC; ProFTPD"},
			{codes: codes{250}, source: "in no RFC; Serv-U, older ProFTPD"},
		},
		wild: []listing{
			{codes: codes{553}, servers: "ftpserverlib"},
		},
	},
	{name: "XMD5", like: "XCRC"},
	{name: "XSHA", like: "XCRC"},
	{name: "XSHA1", like: "XCRC"},
	{name: "XSHA256", like: "XCRC"},
	{name: "XSHA512", like: "XCRC"},
	{name: "MD5",
		allowed: []listing{
			{codes: codes{251}, source: "draft-twine-ftpmd5"},
			{codes: codes{504, 550}, source: "in no RFC; ProFTPD"},
		},
		wild: []listing{
			{codes: codes{250, 553}, servers: "ftpserverlib"},
		},
	},
	{name: "MMD5",
		allowed: []listing{
			{codes: codes{252}, source: "draft-twine-ftpmd5"},
		},
	},
	{name: "RANG",
		allowed: []listing{
			{codes: codes{350}, source: "draft-bryan-ftp-range"},
			{codes: codes{501, 554}, source: "in no RFC; ProFTPD"},
		},
		wild: []listing{
			{codes: codes{551, 552}, servers: "ProFTPD"},
		},
	},
	{name: "AVBL",
		forbidden: []listing{
			{codes: codes{202}, source: effect, servers: "ftpserverlib"},
		},
		allowed: []listing{
			{codes: codes{213, 550}, source: "draft-peterson-streamlined-ftp-command-extensions"},
		},
	},
	{name: "ESTA",
		allowed: []listing{
			{codes: codes{225, 425, 520}, source: "in no RFC; Pure-FTPd"},
		},
	},
	{name: "ESTP", like: "ESTA"},
	{name: "SSCN",
		allowed: []listing{
			{codes: codes{200}, source: "in no RFC; ProFTPD, Serv-U"},
		},
	},
}
