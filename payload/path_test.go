package payload

import (
	"errors"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// pathTests: want is the path and, with a reason, at is the text at fault.
var pathTests = []struct {
	name, raw  string
	want       string
	tolerances Tolerance
	reason     error
	at         string
}{
	{"quoted", "257 \"/a\" is cwd\r\n", "/a", 0, nil, ""},
	{"no words after", "257 \"/\"\r\n", "/", 0, nil, ""},
	{"created", "257 \"/srv/ftptest/newdir\" created\r\n", "/srv/ftptest/newdir", 0, nil, ""},
	{"Pure-FTPd MKD: a relative path and a colon", "257 \"newdir\" : The directory was successfully created\r\n", "newdir", 0, nil, ""},
	{"not a path of Unix", "257 \"QGPL\" is the current library\r\n", "QGPL", 0, nil, ""},
	{"DOS", "257 \"C:/somedir\" is the current directory\r\n", "C:/somedir", 0, nil, ""},
	{"VMS", "257 \"DISK$:[DIR]\" is current\r\n", "DISK$:[DIR]", 0, nil, ""},
	{"doubled quote", "257 \"/a\"\"b\" x\r\n", "/a\"b", 0, nil, ""},
	{"doubled quotes", "257 \"/srv/ftptest/go \"\"dir\"\"\" is the current directory\r\n", "/srv/ftptest/go \"dir\"", 0, nil, ""},
	{"two quotes as a name", "257 \"/srv/ftptest/\"\"\"\"\" is the current directory\r\n", "/srv/ftptest/\"\"", 0, nil, ""},
	{"doubled at the end", "257 \"/a\"\"\"\r\n", "/a\"", 0, nil, ""},
	{"doubled around", "257 \"/\"\"hello\"\"\"\r\n", "/\"hello\"", 0, nil, ""},
	{"a quote alone as a name", "257 \"\"\"\"\r\n", "\"", 0, nil, ""},
	{"pyftpdlib's report", "257 \"/tmp/ab\"\"s\" is the current directory\r\n", "/tmp/ab\"s", 0, nil, ""},
	{"quotes in the words", "257 \"/a\" is \"cwd\"\r\n", "/a", 0, nil, ""},
	{"quotes in the words, once more", "257 \"/a\" is \"current\"\r\n", "/a", 0, nil, ""},
	{"spaces in the path", "257 \"/ with  spaces \" created\r\n", "/ with  spaces ", 0, nil, ""},
	{"empty", "257 \"\"\r\n", "", EmptyName, nil, ""},
	{"empty, with words", "257 \"\" is the current directory\r\n", "", EmptyName, nil, ""},
	{"UTF-8", "257 \"/dïr 日本語 €\" is the current directory\r\n", "/dïr 日本語 €", 0, nil, ""},
	{"Latin-1 in the path", "257 \"/caf\xe9-latin1\" is the current directory\r\n", "/caf\xe9-latin1", 0, nil, ""},
	{"Latin-1 in the words", "257 \"/\" \xe8 la tua locazione corrente\r\n", "/", 0, nil, ""},
	{"full stop after the quote", "257 \"/a\".\r\n", "/a", TextAfter, nil, ""},
	{"blank before", "257  \"/a\"\r\n", "/a", ExtraSpace, nil, ""},
	{"word before", "257 foo \"/a\"\r\n", "/a", TextBefore, nil, ""},
	{"words before", "257 there is rubbish all over \"/this/is/the/path\"\r\n", "/this/is/the/path", TextBefore, nil, ""},
	{"ftpserverlib", "257 Created dir \"/x\"\r\n", "/x", TextBefore, nil, ""},
	{"Globus", "257 Directory \"/x\" created successfully.\r\n", "/x", TextBefore, nil, ""},
	{"Pure-FTPd: quote not doubled", "257 \"/srv/ftptest/quo\"te\" is your current location\r\n", "/srv/ftptest/quo\"te", UndoubledQuote, nil, ""},
	{"Pure-FTPd: quoted part", "257 \"/srv/ftptest/go \"dir\"\" is your current location\r\n", "/srv/ftptest/go \"dir\"", UndoubledQuote, nil, ""},
	{"Pure-FTPd: quoted part inside", "257 \"/srv/ftptest/b \"x\"/c\" is your current location\r\n", "/srv/ftptest/b \"x\"/c", UndoubledQuote, nil, ""},
	{"Pure-FTPd: quoted word and a space", "257 \"py \"q\" dir\" : The directory was successfully created\r\n", "py \"q\" dir", UndoubledQuote, nil, ""},
	{"quote not doubled at the end", "257 \"/x\"\" is your current location\r\n", "/x\"", UndoubledQuote, nil, ""},
	{"a space after a quote that is not doubled: the rule", "257 \"/b\" x\" is your current location\r\n", "/b", 0, nil, ""},
	{"single quotes", "257 '/a' x\r\n", "/a", NoQuotes, nil, ""},
	{"single quotes around an apostrophe", "257 '/it's' is current\r\n", "/it's", NoQuotes, nil, ""},
	{"single quote alone", "257 '/a\r\n", "", 0, ErrSyntax, "'/a"},
	{"no quotes", "257 /home/x\r\n", "/home/x", NoQuotes, nil, ""},
	{"no quotes, words after", "257 /a no quotes\r\n", "/a", NoQuotes, nil, ""},
	{"no quotes, back slashes", "257 \\\\host\\share\r\n", "\\\\host\\share", NoQuotes, nil, ""},
	{"no quotes, drive", "257 c:\\inetpub is current\r\n", "c:\\inetpub", NoQuotes, nil, ""},
	{"no quotes, VMS", "257 DISK$:[DIR] is current\r\n", "DISK$:[DIR]", NoQuotes, nil, ""},
	{"MODCOMP", "257 PWD = ~TNA=AMP,VNA=VOL03,FNA=U-ED-B2-USL\r\n", "~TNA=AMP,VNA=VOL03,FNA=U-ED-B2-USL", NoQuotes, nil, ""},
	{"no path: goftp", "257 Directory created\r\n", "", 0, ErrMissing, "Directory created"},
	{"no path: aioftp", "257 \r\n", "", 0, ErrMissing, ""},
	{"bare code", "257\r\n", "", 0, ErrMissing, ""},
	{"blanks", "257   \r\n", "", 0, ErrMissing, "  "},
	{"one quote", "257 \"Only one\r\n", "", 0, ErrSyntax, "\"Only one"},
	{"one quote and a path", "257 \"/only-one\r\n", "", 0, ErrSyntax, "\"/only-one"},
	{"one quote alone", "257 \"\r\n", "", 0, ErrSyntax, "\""},
	{"unclosed", "257 \"/a\r\n", "", 0, ErrSyntax, "\"/a"},
	{"doubled quote, then unclosed", "257 \"/a\"\"b\r\n", "", 0, ErrSyntax, "\"/a\"\"b"},
	{"TAB", "257 \"/a\tb\"\r\n", "/a\tb", TabInName, nil, ""},
	{"control character", "257 \"/a\x01b\"\r\n", "/a\x01b", 0, ErrUnsafePath, "\x01b"},
	{"ETX", "257 \"/\x03\"\r\n", "/\x03", 0, ErrUnsafePath, "\x03"},
	{"DEL", "257 \"/srv/ftptest/del\x7fname\" created\r\n", "/srv/ftptest/del\x7fname", 0, ErrUnsafePath, "\x7fname"},
	{"escape sequence", "257 \"/srv/ftptest/esc\x1b[1mname\" created\r\n", "/srv/ftptest/esc\x1b[1mname", 0, ErrUnsafePath, "\x1b[1mname"},
	{"NUL", "257 \"/srv/ftptest/nul\x00name\" created\r\n", "/srv/ftptest/nul\x00name", 0, ErrUnsafePath, "\x00name"},
	{"CR", "257 \"/\r\"\r\n", "/\r", 0, ErrUnsafePath, "\r"},
	{"CR and a command", "257 \"/legitimate/path\rSTOR evil.txt\" is current directory\r\n",
		"/legitimate/path\rSTOR evil.txt", 0, ErrUnsafePath, "\rSTOR evil.txt"},
	{"CR NUL", "257 \"/a\r\x00b\" created\r\n", "/a\rb", 0, ErrUnsafePath, "\r\x00b"},
	{"IAC IAC", "257 \"/a\xff\xffb\" created\r\n", "/a\xffb", 0, nil, ""},
	{"IAC alone", "257 \"/a\xffb\" created\r\n", "/a\xffb", 0, nil, ""},
	{"IAC IAC and doubled quotes", "257 \"/\xff\xff\"\"\xff\xff\" created\r\n", "/\xff\"\xff", 0, nil, ""},
	{"last line", "257-hello\r\n257 \"/a\" is cwd\r\n", "/a", 0, nil, ""},
	{"Pure-FTPd with quota: the first line", "257-\"qd1\" : The directory was successfully created\r\n" +
		"257-2 files used (20%) - authorized: 10 files\r\n257 0 Kbytes used (0%) - authorized: 1024 Kb\r\n", "qd1", OtherLine, nil, ""},
	{"250 to MKD", "250 \"/a\" created\r\n", "/a", OtherCode, nil, ""},
	{"550", "550 \"/a\": No such directory\r\n", "", 0, ErrCode, "550 "},
}

func TestPath(t *testing.T) {
	for _, tt := range pathTests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			p, err := ParsePath(r)
			checkError(t, r, err, tt.reason, tt.at)
			if string(p.Name) != tt.want || p.Tolerances != tt.tolerances {
				t.Errorf("%q %v, want %q %v", p.Name, p.Tolerances, tt.want, tt.tolerances)
			}
		})
	}
}

// TestPathLF: a LF in the text of a one-line reply, from a server that ends its lines with CR LF.
func TestPathLF(t *testing.T) {
	f := ftpreply.Framer{Options: ftpreply.Options{LineEnding: ftpreply.CRLF}}
	r, _, err := f.Next([]byte("257 \"/a\r\x00\nb\" created\r\n"), true)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePath(r)
	checkError(t, r, err, ErrUnsafePath, "\r\x00\nb")
	if string(p.Name) != "/a\r\nb" {
		t.Errorf("%q", p.Name)
	}
}

// TestPathOwnership: the name views the reply unless it had to be changed.
func TestPathOwnership(t *testing.T) {
	for raw, view := range map[string]bool{
		"257 \"/abc\" x\r\n":     true,
		"257 /abc\r\n":           true,
		"257 \"/a\"bc\" x\r\n":   true,
		"257 \"/a\"\"bc\" x\r\n": false,
		"257 \"/a\xff\xff\"\r\n": false,
	} {
		r := reply(t, raw)
		p, err := ParsePath(r)
		if err != nil {
			t.Fatal(err)
		}
		before := string(p.Name)
		clear(r.Raw())
		if got := string(p.Name) != before; got != view {
			t.Errorf("%q: a view is %v, want %v", raw, got, view)
		}
		if cap(p.Name) != len(p.Name) && view {
			t.Errorf("%q: append would write into the reply", raw)
		}
	}
}

// A path that is unsafe, and needs no decoding, is a view all the same.
func TestUnsafePathIsView(t *testing.T) {
	r := reply(t, "257 \"/a\x01b\"\r\n")
	p, err := ParsePath(r)
	if !errors.Is(err, ErrUnsafePath) || &p.Name[0] != &r.Raw()[len("257 \"")] {
		t.Errorf("%q, %v", p.Name, err)
	}
}

func TestAppendPath(t *testing.T) {
	tests := []struct {
		path, words, want string
		reason            error
	}{
		{"/a", "is the current directory", "257 \"/a\" is the current directory\r\n", nil},
		{"", "", "257 \"\"\r\n", nil},
		{"/a\"b\"", "created", "257 \"/a\"\"b\"\"\" created\r\n", nil},
		{"/\xff\r", "", "257 \"/\xff\xff\r\x00\"\r\n", nil},
		{"/a\x00", "", "", ErrUnsafePath},
		{"/a\nb", "", "", ErrUnsafePath},
		{"/a", "created\r\n", "", ErrSyntax},
		{"/a", "tab\there", "", ErrSyntax},
	}
	for _, tt := range tests {
		got, err := AppendPath([]byte("x"), tt.path, tt.words)
		if string(got) != "x"+tt.want || !errors.Is(err, tt.reason) || (err == nil) != (tt.reason == nil) {
			t.Errorf("%q %q: %q, %v", tt.path, tt.words, got, err)
		}
	}
}

// TestPathRoundTrip: every path without NUL and LF comes back, whatever the words.
func TestPathRoundTrip(t *testing.T) {
	properties := gopter.NewProperties(nil)
	genByte := gen.Weighted([]gen.WeightedGen{
		{Weight: 4, Gen: gen.UInt8Range(' ', '~')},
		{Weight: 3, Gen: gen.OneConstOf(byte('"'), byte(' '), byte(iac), byte('\r'))},
		{Weight: 1, Gen: gen.UInt8Range(1, 255)},
	}).SuchThat(func(c byte) bool { return c != '\n' })
	genWords := gen.OneConstOf("", "is the current directory", "\"quoted\"", "\"", "created.", " ")
	properties.Property("257", prop.ForAll(func(path []byte, words string) bool {
		raw, err := AppendPath(nil, string(path), words)
		if err != nil {
			return false
		}
		r, err := ftpreply.Parse(raw)
		if err != nil {
			return false
		}
		p, err := ParsePath(r)
		unsafe := strings.ContainsFunc(string(path), isUnsafeRune)
		return string(p.Name) == string(path) && p.Tolerances&^(TabInName|EmptyName) == 0 && errors.Is(err, ErrUnsafePath) == unsafe && (err == nil) != unsafe
	}, gen.SliceOf(genByte), genWords))
	properties.TestingRun(t)
}

func FuzzPath(f *testing.F) {
	for _, tt := range pathTests {
		f.Add([]byte(tt.raw))
		f.Add([]byte(tt.raw[3 : len(tt.raw)-2]))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			p, err := ParsePath(r)
			checkResult(t, r, p.Tolerances, err)
			if unsafe := strings.ContainsFunc(string(p.Name), isUnsafeRune); unsafe != errors.Is(err, ErrUnsafePath) {
				t.Errorf("%q: %q, %v", r.Raw(), p.Name, err)
			}
		}, "257")
	})
}

func TestPathAllocs(t *testing.T) {
	for _, raw := range []string{
		"257 \"/srv/ftptest\" is the current directory\r\n",
		"257 \"/quo\"te\" is your current location\r\n",
		"257 /srv/ftptest\r\n",
	} {
		r := reply(t, raw)
		if n := testing.AllocsPerRun(100, func() { ParsePath(r) }); n != 0 {
			t.Errorf("%q: %v allocations", raw, n)
		}
	}
}

func BenchmarkPath(b *testing.B) {
	r := reply(b, "257 \"/srv/ftptest\" is the current directory\r\n")
	b.ReportAllocs()
	for b.Loop() {
		ParsePath(r)
	}
}
