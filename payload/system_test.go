package payload

import "testing"

var systemTests = []parseTest[System]{
	{"colon", "215 Windows_NT: v5\r\n", System{Name: []byte("Windows_NT"), Detail: []byte("v5")}, nil, ""},
	{"only a colon", "215 :\r\n", System{Name: []byte(":")}, nil, ""},
	{"nearly all", "215 UNIX Type: L8\r\n", System{Name: []byte("UNIX"), Detail: []byte("Type: L8")}, nil, ""},
	{"IIS", "215 Windows_NT\r\n", System{Name: []byte("Windows_NT")}, nil, ""},
	{"z/OS", "215 MVS is the operating system of this server. FTP Server is running on z/OS.\r\n",
		System{Name: []byte("MVS"), Detail: []byte("is the operating system of this server. FTP Server is running on z/OS.")}, nil, ""},
	{"slash", "215  OS/400 is the remote operating system.\r\n",
		System{[]byte("OS/400"), []byte("is the remote operating system."), ExtraSpace}, nil, ""},
	{"inetutils", "215 UNIX Type: L8 Version: Linux 6.18\r\n", System{Name: []byte("UNIX"), Detail: []byte("Type: L8 Version: Linux 6.18")}, nil, ""},
	{"z/VM", "215-z/VM Version 5\r\n215 VM is the operating system\r\n", System{Name: []byte("VM"), Detail: []byte("is the operating system")}, nil, ""},
	{"last line empty", "215-VMS V1\r\n215 \r\n", System{[]byte("VMS"), []byte("V1"), OtherLine}, nil, ""},
	{"8 bits", "215 \xe9 x\r\n", System{Name: []byte("\xe9"), Detail: []byte("x")}, nil, ""},
	{"empty", "215 \r\n", System{}, ErrMissing, ""},
	{"blank", "215   \r\n", System{}, ErrMissing, "  "},
	{"530", "530 Please login\r\n", System{}, ErrCode, "530 "},
}

func TestSystem(t *testing.T) { testParse(t, ParseSystem, systemTests) }

func TestSystemRoundTrip(t *testing.T) {
	forAll(t, func(name, detail string) bool {
		detail = string(trimLeft(detail))
		if endsInPunctuation([]byte(name)) {
			name += "x"
		}
		raw, err := AppendSystem(nil, name, detail)
		return equal(reparse(t, raw, err, ParseSystem), System{Name: []byte(name), Detail: []byte(detail)})
	}, bytesOf(1, inWord), bytesOf(0, inPath))
}

func trimLeft(s string) []byte { return []byte(s)[skipBlanks([]byte(s), 0):] }

func TestAppendSystemFails(t *testing.T) {
	for _, tt := range [][2]string{{"", ""}, {"UNIX:", ""}, {"a b", ""}, {"\xe9", ""}, {"UNIX", " x"}, {"UNIX", "\tx"}, {"UNIX", "a\r\n"}} {
		if raw, err := AppendSystem([]byte("x"), tt[0], tt[1]); err == nil || string(raw) != "x" {
			t.Errorf("AppendSystem(%q) = %q, %v", tt, raw, err)
		}
	}
}

func FuzzSystem(f *testing.F) {
	fuzzParse(f, ParseSystem, func(v System) Tolerance { return v.Tolerances }, systemTests, func(t *testing.T, v System) {
		if len(v.Name) == 0 {
			t.Error("no name and no error")
		}
	}, "215")
}
