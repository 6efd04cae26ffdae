package payload

import "testing"

// factTimeTests: want is the fact, the time and the path.
var factTimeTests = []struct {
	name, raw  string
	want       [3]string
	tolerances Tolerance
	reason     error
	at         string
}{
	{"MFMT", "213 Modify=20020717210715; readme.txt\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "readme.txt"}, 0, nil, ""},
	{"MFCT", "213 Create=20020717210715; readme.txt\r\n", [3]string{"Create", "2002-07-17T21:07:15Z", "readme.txt"}, 0, nil, ""},
	{"small letters", "213 modify=20260102030405; readme.txt\r\n", [3]string{"modify", "2026-01-02T03:04:05Z", "readme.txt"}, 0, nil, ""},
	{"fraction", "213 Modify=20020717210715.5; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15.5Z", "a"}, 0, nil, ""},
	{"spaces in the path", "213 Modify=20020717210715;  a b \r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", " a b "}, 0, nil, ""},
	{"no path", "213 Modify=20020717210715;\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", ""}, 0, nil, ""},
	{"no semicolon", "213 Modify=20020717210715 a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, MissingDelimiter, nil, ""},
	{"blank before", "213  Modify=20020717210715; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, ExtraSpace, nil, ""},
	{"IAC IAC in the path", "213 Modify=20020717210715; a\xff\xff\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a\xff"}, 0, nil, ""},
	{"control character in the path", "213 Modify=20020717210715; a\x01b\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a\x01b"}, 0, ErrUnsafePath, "\x01b"},
	{"year-2000 bug", "213 Modify=191020717210715; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, 0, ErrYear2000, "19102"},
	{"31 February", "213 Modify=20020231210715; a\r\n", [3]string{}, 0, ErrRange, "31"},
	{"another fact after", "213 Modify=20020717210715;Size=5; a\r\n", [3]string{}, 0, ErrSyntax, "Size=5; a"},
	{"letters after the time", "213 Modify=20020717210715Z; a\r\n", [3]string{}, 0, ErrSyntax, "Z; a"},
	{"words: vsftpd", "213 File modification time set.\r\n", [3]string{}, 0, ErrMissing, "File modification time set."},
	{"words: Pure-FTPd", "213 UTIME OK\r\n", [3]string{}, 0, ErrMissing, "UTIME OK"},
	{"no fact", "213 =20020717210715; a\r\n", [3]string{}, 0, ErrMissing, "=20020717210715; a"},
	{"a fact that is no time", "213 UNIX.mode=0644; a\r\n", [3]string{}, 0, ErrSyntax, "0644"},
	{"253", "253 Modify=20020717210715; a\r\n", [3]string{"Modify", "2002-07-17T21:07:15Z", "a"}, OtherCode, nil, ""},
	{"550", "550 a: No such file\r\n", [3]string{}, 0, ErrCode, "550 "},
}

func TestFactTime(t *testing.T) {
	for _, tt := range factTimeTests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			f, err := ParseFactTime(r)
			checkError(t, r, err, tt.reason, tt.at)
			got := [3]string{string(f.Fact), timeString(f.Time), string(f.Path)}
			if got != tt.want || f.Tolerances != tt.tolerances {
				t.Errorf("%q %v, want %q %v", got, f.Tolerances, tt.want, tt.tolerances)
			}
		})
	}
}
