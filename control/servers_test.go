package control

import (
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
)

func TestServersTable(t *testing.T) {
	for line := range strings.Lines(serversTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 4 || cells[1] == "" || cells[2] == "" || cells[3] == "" {
			t.Errorf("%q", line)
		}
	}
}

func TestServerNames(t *testing.T) {
	tests := []struct{ reply, want string }{
		{"220 ProFTPD 1.3.5 Server (Main) [192.0.2.1]", "ProFTPD 1.3.5"},
		{"220 ProFTPD 1.2.10rc3 Server (ProFTPD Default Installation) [host]", "ProFTPD 1.2.10rc3"},
		{"220 ProFTPD Server 192.0.2.1", "ProFTPD"},
		{"220 ProFTPD FTP Server ready.", "ProFTPD"},
		{"220 =(*)=-.:. (( Welcome to PureFTPd 1.1.0 )) .:.-=(*)=-", "Pure-FTPd 1.1.0"},
		{"220 ready, dude (vsFTPd 1.1.0: beat me, break me)", "vsFTPd 1.1.0"},
		{"220 host Microsoft FTP Service (Version 5.0).", "Microsoft FTP Service 5.0"},
		{"220 Serv-U FTP-Server v2.5n for WinSock ready...", "Serv-U 2.5n"},
		{"220 Serv-U FTP Server v7.2 ready...", "Serv-U 7.2"},
		{"220 FileZilla Server version 0.9.2 beta", "FileZilla Server 0.9.2"},
		{"220 FileZilla Server 1.8.1", "FileZilla Server 1.8.1"},
		{"220 host FTP server (Version wu-2.6.2(1) Sat Jul 19 16:21:30 UTC 2008) ready.", "wu-ftpd 2.6.2"},
		{"220 host FTP server (Revision 1.1 Version wuftpd-2.6.1 Fri) ready.", "wu-ftpd 2.6.1"},
		{"220 host FTP server (Version 6.4/OpenBSD/Linux-ftpd-0.17) ready.", "Linux-ftpd 0.17"},
		{"220 host FTP server (GNU inetutils 2.4) ready.", "GNU inetutils 2.4"},
		{"220 host FTP server (tnftpd 20100324) ready.", "tnftpd 20100324"},
		{"220 host FTP server (SunOS 5.7) ready.", "SunOS 5.7"},
		{"220 host FTP server (Version:  Mac OS X Server 10.3 - +GSSAPI) ready.", "Mac OS X Server 10.3"},
		{"220 zFTPServer v4.0, build 2008-12-24 01:41 ready.", "zFTPServer 4.0"},
		{"220 router FTP server (MikroTik 6.44.3) ready", "MikroTik 6.44.3"},
		{"220 FRITZ!Box7490(UI) FTP server ready.", "FRITZ!Box 7490"},
		{"220 JD FTP Server Ready.", "HP JetDirect"},
		{"220 AP7932 Network Management Card AOS v3.3.4 FTP server ready.", "APC Network Management Card 3.3.4"},
		{"220 foo FTP server (EMC-SNAS: 5.6.47.11)", "EMC-SNAS 5.6.47.11"},
		{"220 VxWorks (VxWorks5.5.1) FTP server ready", "VxWorks 5.5.1"},
		{"220 AXIS 207 Network Camera 4.40.1 (Apr 16 2007) ready.", "AXIS 207"},
		{"220 NRG MP C2800 FTP server (8.25) ready.", "NRG"},
		{"220 ET000400CEA560 Lexmark T640 FTP Server NS.NP.N219 ready.", "Lexmark"},
		{"220 KM23BC97 FTP server (KM FTPD version 1.00) ready.", "KM FTPD 1.00"},
		{"220 ESI-2941B Version 6.34 ready.", "ExtendNet 2941B"},
		{"220 Pure-FTPd\r\n220 ready", "Pure-FTPd"},
		{"220 FTP server ready.", ""},
		{"220 host FTP server (Version 4.1 Sat Sep 7 14:31:53 CDT 2002) ready.", ""},
		{"220 the axis of this server is not sharp, and Twistedly so", ""},
		{"220 Service ready for new user.", ""},
		{"220", ""},
		{"215 UNIX emulated by FileZilla.", "FileZilla Server"},
		{"215 UNIX Type: Apache FtpServer", "Apache FtpServer"},
		{"215 Windows_NT version 5.0", "Microsoft FTP Service 5.0"},
		{"215 Windows_NT", ""},
		{"215 UNIX Type: L8", ""},
	}
	for _, tt := range tests {
		raw := tt.reply + "\r\n"
		if strings.Contains(tt.reply, "\n") {
			raw = strings.Replace(raw, "220 ", "220-", 1)
		}
		r, err := ftpreply.Parse([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		table := inGreeting
		if r.Code() == ftpreply.CodeSystemType {
			table = inSystem
		}
		if got := table.find(r); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.reply, got, tt.want)
		}
	}
}

// A greeting without a name costs no memory.
func TestServerNamesAllocateNothing(t *testing.T) {
	r, err := ftpreply.Parse([]byte("220 Welcome to the file server of the sales department, serving you since 2009.\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(10, func() { inGreeting.find(r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
