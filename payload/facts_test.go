package payload

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
)

// file is Facts with the facts in one string.
type file struct {
	Path       string
	Facts      string // "name=value;" for each
	Tolerances Tolerance
}

func fileOf(v Facts) file {
	f := file{Path: string(v.Path), Tolerances: v.Tolerances}
	for name, value := range v.All() {
		f.Facts += string(name) + "=" + string(value) + ";"
	}
	return f
}

func parseFile(r ftpreply.Reply) (file, error) {
	v, err := ParseFacts(r)
	return fileOf(v), err
}

var factsTests = []parseTest[file]{
	{"name without the SP", "250-Status\r\n type=dir;UNIX.mode=0777;/\r\n250 End\r\n", file{"/", "type=dir;UNIX.mode=0777;", MissingSpace}, nil, ""},
	{"name without the SP, dot", "250-Status\r\n size=7;k.txt\r\n250 End\r\n", file{"k.txt", "size=7;", MissingSpace}, nil, ""},
	{"name with a SP but none before it", "250-a\r\n size=7;k l\r\n250 b\r\n", file{}, ErrAmbiguous, "k l"},
	{"a fact or a name", "250-a\r\n size=7;a=b\r\n250 b\r\n", file{}, ErrAmbiguous, "a=b"},
	{"TAB in the path", "250-a\r\n type=file; a\tb\r\n250 b\r\n", file{"a\tb", "type=file;", TabInName}, nil, ""},
	{"RFC 3659", "250- Listing x\r\n Type=file;Size=5; x\r\n250 End\r\n", file{"x", "Type=file;Size=5;", 0}, nil, ""},
	{"spaces in the path", "250-a\r\n type=file;  a b \r\n250 b\r\n", file{" a b ", "type=file;", 0}, nil, ""},
	{"no facts", "250-a\r\n  /path\r\n250 b\r\n", file{"/path", "", 0}, nil, ""},
	{"no facts, spaces in the path", "250-a\r\n    a\r\n250 b\r\n", file{"  a", "", 0}, nil, ""},
	{"no path", "250-a\r\n type=cdir;perm=el; \r\n250 b\r\n", file{"", "type=cdir;perm=el;", 0}, nil, ""},
	{"empty value", "250-a\r\n Perm=;Type=dir; x\r\n250 b\r\n", file{"x", "Perm=;Type=dir;", 0}, nil, ""},
	{"equals sign in a value", "250-a\r\n Type=OS.unix=slink:/foobar;Unique=blk-11/108; x\r\n250 b\r\n",
		file{"x", "Type=OS.unix=slink:/foobar;Unique=blk-11/108;", 0}, nil, ""},
	{"bare code at the end", "250-File details\r\n Type=file; x\r\n250\r\n", file{"x", "Type=file;", 0}, nil, ""},
	{"ProFTPD", "250-Start of list for tricky/226 done\r\n modify=20261122104034;perm=adfrw;size=2; /srv/tricky/226 done\r\n250 End of list\r\n",
		file{"/srv/tricky/226 done", "modify=20261122104034;perm=adfrw;size=2;", 0}, nil, ""},
	{"several types", "250-a\r\n Type=file;Size=5; x\r\n Type=dir; x\r\n250 b\r\n", file{"x", "Type=file;Size=5;Type=dir;", 0}, nil, ""},
	{"on several lines", "250-a\r\n Type=file; x\r\n Size=5; x\r\n250 b\r\n", file{"x", "Type=file;Size=5;", SplitEntry}, nil, ""},
	{"no delimiter at the end, as RFC 3659 prints once", "250-a\r\n Type=dir;Perm=el tmp\r\n250 b\r\n",
		file{"tmp", "Type=dir;Perm=el;", MissingDelimiter}, nil, ""},
	{"nothing after the facts", "250-a\r\n Type=dir;\r\n250 b\r\n", file{"", "Type=dir;", MissingDelimiter}, nil, ""},
	{"no indent, blank line after", "250-\r\nSize=53248;Modify=20230327134339.000;Type=dir; Download\r\n\r\n250 Requested file action okay, completed.\r\n",
		file{"Download", "Size=53248;Modify=20230327134339.000;Type=dir;", NoIndent | BlankLine}, nil, ""},
	{"wide indent", "250-MLST listing for file.xml\r\n    size=892;type=file; file.xml\r\n250 MLST end\r\n",
		file{"file.xml", "size=892;type=file;", WideIndent}, nil, ""},
	{"TAB", "250-a\r\n\tsize=892; x\r\n250 b\r\n", file{"x", "size=892;", TabIndent}, nil, ""},
	{"code in front", "250-Start of list\r\n250-modify=20230327134339; /images/89831.jpg\r\n250 End of list\r\n",
		file{"/images/89831.jpg", "modify=20230327134339;", CodePrefix}, nil, ""},
	{"code in front and SP", "250-a\r\n250- type=file; x\r\n250 b\r\n", file{"x", "type=file;", CodePrefix}, nil, ""},
	{"code in front, no facts", "250-a\r\n250- x y\r\n250 b\r\n", file{"x y", "", CodePrefix}, nil, ""},
	{"on the last line", "250-a\r\n250 type=file; x\r\n", file{"x", "type=file;", CodePrefix}, nil, ""},
	{"on the only line", "250 type=file; x\r\n", file{"x", "type=file;", CodePrefix}, nil, ""},
	{"words around", "250-a\r\n Begin\r\n type=file; x\r\n  the end\r\n250 b\r\n", file{"x", "type=file;", TextBefore}, nil, ""},
	{"facts in the words too", "250-type=file; x\r\n type=dir; y\r\n250 size=5; z\r\n", file{"y", "type=dir;", 0}, nil, ""},
	{"a directory that is called 550", "250- List\r\n  550\r\n250 End of List\r\n", file{"550", "", 0}, nil, ""},
	{"no fact", "250-a\r\n type=file;rubbish;=5;size=1; x\r\n250 b\r\n", file{"x", "type=file;size=1;", MalformedFact}, nil, ""},
	{"control character in a fact", "250-a\r\n type=file;lang=\x01; x\r\n250 b\r\n", file{"x", "type=file;", MalformedFact}, nil, ""},
	{"8 bits in a value", "250-a\r\n UNIX.owner=jos\xe9; x\r\n250 b\r\n", file{"x", "UNIX.owner=jos\xe9;", 0}, nil, ""},
	{"Telnet", "250-a\r\n type=file; a\xff\xffb\r\n250 b\r\n", file{"a\xffb", "type=file;", 0}, nil, ""},
	{"control character in the path", "250-a\r\n type=file; a\x01b\r\n250 b\r\n", file{"a\x01b", "type=file;", 0}, ErrUnsafePath, "\x01b"},
	{"MFF", "213 modify=20200101000000; readme.txt\r\n", file{"readme.txt", "modify=20200101000000;", 0}, nil, ""},
	{"MFMT", "213 Modify=20200102030405; a b\r\n", file{"a b", "Modify=20200102030405;", 0}, nil, ""},
	{"200", "200-a\r\n type=file; x\r\n200 b\r\n", file{"x", "type=file;", OtherCode}, nil, ""},
	{"two files", "250-a\r\n type=file; x\r\n type=file; y z\r\n250 b\r\n", file{}, ErrSyntax, "y z"},
	{"in words", "213 UTIME OK\r\n", file{}, ErrMissing, ""},
	{"no entry", "250-Begin\r\n250 End\r\n", file{}, ErrMissing, ""},
	{"prose", "250-Begin\r\n nothing here\r\nx=5 neither\r\n250 End\r\n", file{}, ErrMissing, ""},
	{"550", "550 File not found\r\n", file{}, ErrCode, "550 "},
}

func TestFacts(t *testing.T) { testParse(t, parseFile, factsTests) }

// checkLineError is checkError for a line that is no reply.
func checkLineError(t *testing.T, line string, err, reason error, text string) {
	t.Helper()
	var e *Error
	if reason == nil && err == nil {
		return
	}
	if !errors.As(err, &e) || e.Err != reason || string(e.Text) != text || !strings.HasPrefix(line[e.Offset:], text) {
		t.Errorf("error %v, want %v about %q", err, reason, text)
	}
}

// factGen generates facts to write.
var factGen = gopter.CombineGens(factName, bytesOf(0, func(c byte) bool { return !isNotFactByte(rune(c)) })).
	Map(func(v []any) Fact { return Fact{v[0].(string), v[1].(string)} })

func TestFactsRoundTrip(t *testing.T) {
	forAll(t, func(path string, facts []Fact) bool {
		want := file{Path: path}
		for _, f := range facts {
			want.Facts += f.Name + "=" + f.Value + ";"
		}
		line, lineErr := AppendMLSD(nil, path, facts...)
		raw, err := AppendFacts(nil, path, facts...)
		if err != nil && lineErr != nil {
			return checkEntry(path, facts) != nil
		}
		if path == "" {
			return lineErr != nil && reparse(t, raw, err, parseFile) == want
		}
		v, lineErr := ParseMLSD(line)
		return lineErr == nil && fileOf(v) == want && reparse(t, raw, err, parseFile) == want
	}, bytesOf(0, inPath), gen.SliceOf(factGen))
}

func TestAppendFactsFails(t *testing.T) {
	tests := []struct {
		name, path string
		facts      []Fact
	}{
		{"NUL", "a\x00", nil},
		{"LF", "a\nb", []Fact{{"type", "file"}}},
		{"no name", "x", []Fact{{"", "file"}}},
		{"equals sign in a name", "x", []Fact{{"a=b", "file"}}},
		{"semicolon in a value", "x", []Fact{{"a", "b;c"}}},
		{"SP in a value", "x", []Fact{{"a", "b c"}}},
		{"nothing", "", nil},
		{"blank", "  ", nil},
		{"path like facts", "type=file; x", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if raw, err := AppendFacts([]byte("x"), tt.path, tt.facts...); err == nil || string(raw) != "x" {
				t.Errorf("AppendFacts = %q, %v", raw, err)
			}
			if raw, err := AppendMLSD([]byte("x"), tt.path, tt.facts...); err == nil || string(raw) != "x" {
				t.Errorf("AppendMLSD = %q, %v", raw, err)
			}
		})
	}
	if raw, err := AppendMLSD([]byte("x"), "a\rb"); err == nil || string(raw) != "x" {
		t.Errorf("AppendMLSD of a CR = %q, %v", raw, err)
	}
	raw, err := AppendFacts(nil, "a\rb", Fact{"type", "file"})
	if v, parseErr := ParseFacts(reply(t, string(raw))); err != nil || !errors.Is(parseErr, ErrUnsafePath) || string(v.Path) != "a\rb" {
		t.Errorf("a CR comes back as %q, %v, %v", v.Path, err, parseErr)
	}
}

func TestFactsStop(t *testing.T) {
	v, _ := ParseMLSD([]byte("a=1;b=2; x"))
	for name, value := range v.All() {
		if string(name) != "a" || string(value) != "1" {
			t.Errorf("%s=%s", name, value)
		}
		break
	}
}

// TestFactsAllocate nothing, unless there is something to decode.
func TestFactsAllocate(t *testing.T) {
	r := reply(t, "250-a\r\n type=file;size=812;modify=20260102030405; x y\r\n250 b\r\n")
	line := []byte("type=file;size=812;modify=20260102030405; x y\r\n")
	allocs := testing.AllocsPerRun(100, func() {
		v, err := ParseFacts(r)
		w, err2 := ParseMLSD(line)
		if n, err3 := v.Size(); n != 812 || w.Type() != TypeFile || errors.Join(err, err2, err3) != nil {
			t.Error(n, err, err2, err3)
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func FuzzFacts(f *testing.F) {
	for _, tt := range mlsdTests {
		f.Add([]byte(tt.line))
	}
	for _, tt := range factsTests {
		f.Add([]byte(tt.raw))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		if v, err := ParseMLSD(input); err == nil {
			readAll(t, v)
		}
		fuzzReplies(input, func(r ftpreply.Reply) {
			v, err := ParseFacts(r)
			checkResult(t, r, v.Tolerances, err)
			for _, err := range readAll(t, v) {
				checkResult(t, r, 0, err)
			}
		}, "250", "213")
	})
}

// readAll asks for all typed facts and writes the facts anew.
func readAll(t *testing.T, v Facts) []error {
	var facts []Fact
	writable := !bytes.ContainsAny(v.Path, "\x00\n")
	for name, value := range v.All() {
		facts = append(facts, Fact{string(name), string(value)})
		writable = writable && !bytes.ContainsFunc(value, isNotFactByte)
	}
	if raw, err := AppendFacts(nil, string(v.Path), facts...); err == nil {
		again, err := ParseFacts(reply(t, string(raw)))
		if !bytes.Equal(again.Path, v.Path) || fileOf(again).Facts != fileOf(v).Facts {
			t.Errorf("%+v, then %+v, %v", fileOf(v), fileOf(again), err)
		}
	} else if writable && len(facts) > 0 {
		t.Errorf("%+v cannot be written: %v", fileOf(v), err)
	}
	v.Type()
	v.Permissions()
	_, size := v.Size()
	_, modify := v.Modify()
	_, create := v.Create()
	return []error{size, modify, create}
}
