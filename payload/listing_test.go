package payload

import (
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter/gen"
)

func parseListing(r ftpreply.Reply) ([]string, error) {
	v, err := ParseListing(r)
	var lines []string
	for line := range v.All() {
		lines = append(lines, string(line))
	}
	return lines, err
}

var listingTests = []parseTest[[]string]{
	{"one line of ls -l", "212 -rw-r--r-- 1 u g 5 Nov 22 10:25 x\r\n", []string{"-rw-r--r-- 1 u g 5 Nov 22 10:25 x"}, nil, ""},
	{"one line of words", "213 -rw but no permissions\r\n", nil, nil, ""},
	{"vsftpd", "213-Status follows:\r\ndrwxr-xr-x 3 .\r\n-rw-r--r-- 1 a.txt\r\n213 End of status\r\n",
		[]string{"drwxr-xr-x 3 .", "-rw-r--r-- 1 a.txt"}, nil, ""},
	{"vsftpd, a file that is missing", "213-Status follows:\r\n213 End of status\r\n", nil, nil, ""},
	{"ProFTPD pads", "212-Status of pub:\r\n drwxr-xr-x 3 .\r\n 213 x\r\n212 End of status\r\n",
		[]string{" drwxr-xr-x 3 .", " 213 x"}, nil, ""},
	{"status", "211-FTP server status:\r\n     Logged in as ftp\r\n     TYPE: ASCII\r\n211 End of status\r\n",
		[]string{"     Logged in as ftp", "     TYPE: ASCII"}, nil, ""},
	{"code in front of all", "211-status of x:\r\n211-drwxr-xr-x 3 .\r\n211-213-more\r\n211 End\r\n",
		[]string{"drwxr-xr-x 3 .", "213-more"}, nil, ""},
	{"code in front of all but blank lines", "211-a\r\n211-b\r\n\r\n211-\r\n211 End\r\n", []string{"b", "", ""}, nil, ""},
	{"code where it is needed", "213-a\r\nb\r\n213-213 End\r\n213-\r\n213 End\r\n", []string{"b", "213 End", ""}, nil, ""},
	{"the name of a file", "213-STAT\r\na\r\n213-more\r\n213 End.\r\n", []string{"a", "213-more"}, nil, ""},
	{"another code is text", "213-STAT\r\n226 done\r\n213 End.\r\n", []string{"226 done"}, nil, ""},
	{"one line", "211 nothing\r\n", nil, nil, ""},
	{"450", "450 nosuch: No such file\r\n", nil, ErrCode, "450 "},
}

func TestListing(t *testing.T) { testParse(t, parseListing, listingTests) }

// TestListingLF: a LF that is text makes two lines of a name.
func TestListingLF(t *testing.T) {
	f := ftpreply.Framer{Options: ftpreply.Options{LineEnding: ftpreply.CRLF}}
	r, _, err := f.Next([]byte("213-STAT\r\na nl\n213 End in a name\r\nb\r\n213 End.\r\n"), true)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := parseListing(r)
	if diff := cmp.Diff([]string{"a nl", "213 End in a name", "b"}, lines); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestListingStops(t *testing.T) {
	v, _ := ParseListing(reply(t, "213-a\r\nb\r\nc\r\n213 d\r\n"))
	for line := range v.All() {
		if string(line) != "b" {
			t.Errorf("%q", line)
		}
		break
	}
}

func TestListingRoundTrip(t *testing.T) {
	line := gen.OneGenOf(bytesOf(0, inLine), gen.OneConstOf("213 x", "213-x", "213", "213-213 x", " 213", "", "226-x"))
	forAll(t, func(lines []string) bool {
		raw, err := AppendListing(nil, 213, "STAT", lines, "End")
		return equal(reparse(t, raw, err, parseListing), lines)
	}, gen.SliceOf(line))
}

func TestAppendListingFails(t *testing.T) {
	for _, tt := range []struct {
		code ftpreply.Code
		line string
	}{{213, "a\r\n"}, {213, "a\x00"}, {214, "a"}} {
		if raw, err := AppendListing([]byte("x"), tt.code, "", []string{tt.line}, ""); err == nil || string(raw) != "x" {
			t.Errorf("AppendListing(%v, %q) = %q, %v", tt.code, tt.line, raw, err)
		}
	}
}

func FuzzListing(f *testing.F) {
	fuzzParse(f, parseListing, func([]string) Tolerance { return 0 }, listingTests, func(t *testing.T, lines []string) {
		for _, line := range lines {
			for i := range len(line) {
				if line[i] == 0 || line[i] == '\r' {
					return // AppendListing refuses it
				}
			}
		}
		raw, err := AppendListing(nil, 213, "", lines, "")
		if again := reparse(t, raw, err, parseListing); !equal(lines, again) {
			t.Errorf("%q, then %q", lines, again)
		}
	}, "211", "213")
}
