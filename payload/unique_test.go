package payload

import "testing"

var uniqueTests = []parseTest[UniqueName]{
	{"vsftpd, ProFTPD", "150 FILE: STOU.1\r\n", UniqueName{Name: []byte("STOU.1")}, nil, ""},
	{"pyftpdlib", "125 FILE: x\r\n", UniqueName{Name: []byte("x")}, nil, ""},
	{"Pure-FTPd", "150-FILE: pureftpd.6b02c408\r\n150 Accepted data connection\r\n",
		UniqueName{[]byte("pureftpd.6b02c408"), OtherLine}, nil, ""},
	{"spaces belong to the name", "150 FILE:  a b \r\n", UniqueName{Name: []byte(" a b ")}, nil, ""},
	{"RFC 959", "250 FILE: x\r\n", UniqueName{[]byte("x"), OtherCode}, nil, ""},
	{"226", "226 FILE: x\r\n", UniqueName{[]byte("x"), OtherCode}, nil, ""},
	{"case", "150 File: x\r\n", UniqueName{[]byte("x"), OtherCase}, nil, ""},
	{"Telnet", "150 FILE: a\xff\xffb\r\n", UniqueName{Name: []byte("a\xffb")}, nil, ""},
	{"control character", "150 FILE: a\x01b\r\n", UniqueName{Name: []byte("a\x01b")}, ErrUnsafePath, "\x01b"},
	{"CR", "150 FILE: a\r\x00b\r\n", UniqueName{Name: []byte("a\rb")}, ErrUnsafePath, "\r\x00b"},
	{"no name", "150 FILE: \r\n", UniqueName{}, ErrMissing, "FILE: "},
	{"no label", "150 Opening\r\n", UniqueName{}, ErrMissing, "Opening"},
	{"label inside", "150 New FILE: x\r\n", UniqueName{}, ErrMissing, "New FILE: x"},
	{"550", "550 FILE: x\r\n", UniqueName{}, ErrCode, "550 "},
}

func TestUniqueName(t *testing.T) { testParse(t, ParseUniqueName, uniqueTests) }

func TestUniqueNameRoundTrip(t *testing.T) {
	forAll(t, func(name string) bool {
		raw, err := AppendUniqueName(nil, name)
		return equal(reparse(t, raw, err, ParseUniqueName), UniqueName{Name: []byte(name)})
	}, bytesOf(1, inPath))
}

func TestAppendUniqueNameFails(t *testing.T) {
	for _, name := range []string{"", "a\n", "a\x00"} {
		if raw, err := AppendUniqueName([]byte("x"), name); err == nil || string(raw) != "x" {
			t.Errorf("AppendUniqueName(%q) = %q, %v", name, raw, err)
		}
	}
}

func FuzzUniqueName(f *testing.F) {
	fuzzParse(f, ParseUniqueName, func(v UniqueName) Tolerance { return v.Tolerances }, uniqueTests, func(t *testing.T, v UniqueName) {
		raw, err := AppendUniqueName(nil, string(v.Name))
		if again := reparse(t, raw, err, ParseUniqueName); string(again.Name) != string(v.Name) {
			t.Errorf("%q, then %q", v.Name, again.Name)
		}
	}, "150", "125")
}
