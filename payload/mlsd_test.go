package payload

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var mlsdTests = []struct {
	name, line string
	want       file
	reason     error
	at         string
}{
	{"RFC 3659", "Type=cdir;Perm=el;Unique=keVO1+ZF4; test\r\n", file{"test", "Type=cdir;Perm=el;Unique=keVO1+ZF4;", 0}, nil, ""},
	{"LF", "type=file; x\n", file{"x", "type=file;", 0}, nil, ""},
	{"no line end", "type=file; x", file{"x", "type=file;", 0}, nil, ""},
	{"spaces in the path", "type=file;  a b \r\n", file{" a b ", "type=file;", 0}, nil, ""},
	{"no facts", " a b\r\n", file{"a b", "", 0}, nil, ""},
	{"blank before the facts", "  type=file; x\r\n", file{"x", "type=file;", ExtraSpace}, nil, ""},
	{"not decoded", "type=file; a\xff\xffb\r\n", file{"a\xff\xffb", "type=file;", 0}, nil, ""},
	{"name without the SP", "size=7;k.txt\r\n", file{"k.txt", "size=7;", MissingSpace}, nil, ""},
	{"empty name", "Type=cdir;Modify=20260102030405; \r\n", file{}, ErrMissing, ""},
	{"no name", "Type=cdir;\r\n", file{}, ErrMissing, ""},
	{"a fact or a name", "size=7;a=b\r\n", file{}, ErrAmbiguous, "a=b"},
	{"TAB", "type=file; a\tb\r\n", file{"a\tb", "type=file;", TabInName}, nil, ""},
	{"control character", "type=file; a\x01b\r\n", file{"a\x01b", "type=file;", 0}, ErrUnsafePath, "\x01b"},
	{"blank", "\r\n", file{}, ErrMissing, ""},
	{"spaces", "  \r\n", file{}, ErrMissing, "  "},
	{"listing of Unix", "-rw-r--r-- 1 ftp ftp 5 Jan 1 00:00 x\r\n", file{}, ErrMissing, "-rw-r--r-- 1 ftp ftp 5 Jan 1 00:00 x"},
	{"empty", "", file{}, ErrMissing, ""},
}

func TestMLSD(t *testing.T) {
	for _, tt := range mlsdTests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := ParseMLSD([]byte(tt.line))
			if diff := cmp.Diff(tt.want, fileOf(v)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			checkLineError(t, tt.line, err, tt.reason, tt.at)
		})
	}
}
