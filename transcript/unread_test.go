package transcript

import (
	"errors"
	"io"
	"strings"
	"testing"
)

var unreadTests = []struct {
	name, format, input, want string
}{
	{"empty", "", "", "format not recognised: the input is empty"},
	{"blanks", "", "\n \n", "format not recognised: the input is empty"},
	{"empty, named", "lftp", "", "lftp: nothing read: the input is empty"},
	{"empty, raw", "raw", "", "raw: nothing read: the input is empty"},
	{"no such format", "lftpd", "220 a\n", `there is no format "lftpd"`},
	{"binary", "", strings.Repeat("\x01\x00\x00\x00\x02\n", 3), "format not recognised: the input is not text"},
	{"prose", "", "A note.\nThe server says 220 at first.\nThen USER may be sent.\n",
		"format not recognised: 3 lines examined, 1 looks like a reply (line 2, column 17), 1 looks like a command (line 3, column 6)"},
	{"a password file", "", "hunter2\nsecret:x\n", "format not recognised: 2 lines examined, none looks like a reply, none looks like a command"},
	{"another format, forced", "lftp", "* Connected to a (10.0.0.1) port 21 (#0)\n< 220 a\r\n> USER b\r\n< 331 c\r\n",
		"lftp: nothing read: 4 lines examined, 2 look like replies (the first is line 2, column 3), 1 looks like a command (line 3, column 3); the closest format is curl, whose logs are recognised by this: <, > and * before each line, at least one * and one reply"},
	{"xferlog", "", "Sun Nov 22 10:23:15 2026 1 10.0.0.1 1800 /srv/readme.txt b _ o r anna ftp 0 * c\n",
		"format not recognised: 1 line examined, none looks like a reply, none looks like a command; it looks like the log of a server's transfers (xferlog), " +
			"which has replies with log_ftp_protocol=YES (vsftpd), Trace response:1 command:7 (ProFTPD) or -d -d (Pure-FTPd)"},
	{"vsftpd without protocol logging", "",
		"Sun Nov 22 10:23:15 2026 [pid 7] CONNECT: Client \"10.0.0.1\"\nSun Nov 22 10:23:15 2026 [pid 6] [anna] OK LOGIN: Client \"10.0.0.1\"\n",
		"vsftpd: nothing read: 2 lines examined, none looks like a reply, none looks like a command; it looks like the log of vsftpd without protocol logging, " +
			"which has replies with log_ftp_protocol=YES in vsftpd.conf"},
	{"vsftpd, only logins", "", "Sun Nov 22 10:23:15 2026 [pid 6] [anna] OK LOGIN: Client \"10.0.0.1\"\n",
		"format not recognised: 1 line examined, none looks like a reply, none looks like a command; it looks like the log of vsftpd without protocol logging, " +
			"which has replies with log_ftp_protocol=YES in vsftpd.conf"},
	{"wget without -d", "", "--2026-11-22 10:23:15--  ftp://10.0.0.1/a\n           => 'a'\nConnecting to 10.0.0.1:21... connected.\nLogging in as anonymous ... Logged in!\n==> SYST ... done.    ==> PWD ... done.\n",
		"format not recognised: 5 lines examined, none looks like a reply, 1 looks like a command (line 5, column 5); it looks like the log of wget without -d, " +
			"which has replies with -d, or -S for the replies alone"},
	{"Pure-FTPd with one -d", "",
		"Nov 22 10:29:08 ftp pure-ftpd[7]: (?@10.0.0.1) [INFO] New connection from 10.0.0.1\nNov 22 10:29:08 ftp pure-ftpd[7]: (?@10.0.0.1) [DEBUG] Command [user] [anna]\n",
		"pure-ftpd: no reply found, only commands: 2 lines examined, none looks like a reply, none looks like a command; it looks like the log of " +
			"Pure-FTPd with less than two -d, which has replies with -d given twice"},
	{"source code", "", "switch (code) {\ncase 220: login(); break;\ncase 331: send(\"PASS \" + p); break;\n}\n",
		"format not recognised: 4 lines examined, none looks like a reply, 1 looks like a command (line 3, column 17)"},
}

// An input that is not read is an error, which says what there is in it and what to do.
func TestUnread(t *testing.T) {
	for _, tt := range unreadTests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(tt.input), tt.format)
			for err == nil {
				_, err = r.Next()
			}
			var format *FormatError
			if !errors.Is(err, ErrFormat) || !errors.As(err, &format) {
				t.Fatalf("error %v", err)
			}
			if err.Error() != tt.want {
				t.Errorf("got\n%v, want\n%s", err, tt.want)
			}
			if r != nil {
				if _, again := r.Next(); again != err {
					t.Errorf("then %v", again)
				}
			}
		})
	}
}

// What only one side of a capture has said is no log without replies.
func TestOneSidedCapture(t *testing.T) {
	r, err := Open(strings.NewReader(`{"conn": 1, "dir": "C", "t": 0, "bytes": "UVVJVA0K"}`), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err = r.Next(); err != io.EOF {
		t.Error(err)
	}
}
