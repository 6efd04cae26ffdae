package payload

import (
	"errors"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// proftpdFeatures is the list of ProFTPD 1.3.8, as it came.
const proftpdFeatures = "211-Features:\r\n AUTH TLS\r\n CCC\r\n CLNT\r\n CSID\r\n EPRT\r\n EPSV\r\n" +
	" HASH CRC32;MD5;SHA-1*;SHA-256;SHA-512;\r\n HOST\r\n LANG C.UTF-8*\r\n MD5\r\n MDTM\r\n" +
	" MFF modify;UNIX.group;UNIX.mode;\r\n MFMT\r\n MLST modify*;perm*;size*;type*;unique*;UNIX.group*;\r\n" +
	" MODE Z\r\n PBSZ\r\n PROT\r\n RANG STREAM\r\n REST STREAM\r\n SITE COPY\r\n SITE MKDIR\r\n SIZE\r\n SSCN\r\n TVFS\r\n UTF8\r\n211 End\r\n"

// featuresTests: want has a string "label=params" for each feature, "label" without parameters.
var featuresTests = []struct {
	name, raw  string
	want       []string
	tolerances Tolerance
}{
	{"list", "211-Features:\r\n MDTM\r\n REST STREAM\r\n211 End\r\n", []string{"MDTM", "REST=STREAM"}, 0},
	{"one label on two lines", "211-Features:\r\n AUTH TLS\r\n AUTH SSL\r\n211 End\r\n", []string{"AUTH=TLS", "AUTH=SSL"}, 0},
	{"RFC 3659: a label with a colon, and a last line with a full stop",
		"211- Gateway feature list\r\n MLST type*;\r\n Compliance Level: 19981201 (IETF mlst-05)\r\n211 End.\r\n",
		[]string{"MLST=type*;", "Compliance=Level: 19981201 (IETF mlst-05)"}, OtherCase},
	{"any last line", "211-Extensions supported:\r\n UTF8\r\n211 end of features\r\n", []string{"UTF8"}, 0},
	{"bare last line", "211-Extensions supported:\r\n UTF8\r\n211\r\n", []string{"UTF8"}, 0},
	{"last line in capitals", "211-FEAT\r\n UTF8\r\n211 END\r\n", []string{"UTF8"}, 0},
	{"no features", "211 no features\r\n", nil, 0},
	{"empty one-line reply", "211 \r\n", nil, 0},
	{"empty list", "211-Features:\r\n211 End\r\n", nil, 0},
	{"a first line that looks like a feature", "211- UTF8\r\n211 END\r\n", nil, 0},
	{"ProFTPD 1.3.6: the code on each line", "211-Features:\r\n211-AUTH TLS\r\n211-CCC\r\n211-EPRT\r\n211-UTF8\r\n211 End\r\n",
		[]string{"AUTH=TLS", "CCC", "EPRT", "UTF8"}, CodePrefix},
	{"the code and a space on each line", "211-Features:\r\n211- UTF8\r\n211 End\r\n", []string{"UTF8"}, CodePrefix},
	{"IIS 2003: wide indent", "211-FEAT\r\n    SIZE\r\n    MDTM\r\n211 END\r\n", []string{"SIZE", "MDTM"}, WideIndent},
	{"no indent, and the code on one line", "211-Features:\r\nMDTM\r\n211-SIZE\r\n211 End\r\n", []string{"MDTM", "SIZE"}, NoIndent | CodePrefix},
	{"small letters, TAB, two spaces", "211-Features:\r\n mdtm\r\n\tTAB\r\n  TWO sp\r\n AUTH TLS\r\n AUTH SSL\r\n211 End\r\n",
		[]string{"mdtm", "TAB", "TWO=sp", "AUTH=TLS", "AUTH=SSL"}, OtherCase | TabIndent | WideIndent},
	{"blank lines", "211-Features:\r\n\r\n SIZE\r\n \r\n MDTM\r\n\r\n211 End\r\n", []string{"SIZE", "MDTM"}, BlankLine},
	{"blank at the end", "211-Features:\r\n UTF8 \r\n REST STREAM \r\n211 End\r\n", []string{"UTF8", "REST=STREAM"}, TrailingSpace},
	{"two spaces after the label", "211-Features:\r\n REST  STREAM\r\n211 End\r\n", []string{"REST= STREAM"}, ExtraSpace},
	{"TAB after the label", "211-Features:\r\n REST\tSTREAM\r\n211 End\r\n", []string{"REST=STREAM"}, 0},
	{"goftp: bare LF and a blank line", "211-Extensions supported:\n UTF8\n CLNT\n PROT\n\r\n211 End\r\n", []string{"UTF8", "CLNT", "PROT"}, BlankLine},
	{"ProFTPD 1.3.0a: bare LF", "211-Features:\n MDTM\n REST STREAM\n SIZE\r\n211 End\r\n", []string{"MDTM", "REST=STREAM", "SIZE"}, 0},
	{"221", "221-Features:\r\n UTF8\r\n221 End\r\n", []string{"UTF8"}, OtherCode},
	{"8-bit", "211-Features:\r\n caf\xe9\r\n211 End\r\n", []string{"caf\xe9"}, OtherCase},
	{"a line of the code alone", "211-Features:\r\n211-\r\n UTF8\r\n211 End\r\n", []string{"UTF8"}, CodePrefix},
}

func featureStrings(f Features) (all []string) {
	for label, params := range f.All() {
		s := string(label)
		if len(params) > 0 {
			s += "=" + string(params)
		}
		all = append(all, s)
	}
	return all
}

func TestFeatures(t *testing.T) {
	for _, tt := range featuresTests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := ParseFeatures(reply(t, tt.raw))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, featureStrings(f)); diff != "" {
				t.Error(diff)
			}
			if f.Tolerances != tt.tolerances {
				t.Errorf("tolerances %v, want %v", f.Tolerances, tt.tolerances)
			}
		})
	}
}

func TestFeaturesCode(t *testing.T) {
	for raw, text := range map[string]string{
		"530 Login first with USER and PASS, or QUIT\r\n": "530 ",
		"500 FEAT not understood\r\n":                     "500 ",
		"502\r\n":                                         "502",
	} {
		r := reply(t, raw)
		f, err := ParseFeatures(r)
		checkError(t, r, err, ErrCode, text)
		if len(featureStrings(f)) > 0 {
			t.Errorf("%q has features", raw)
		}
	}
}

func TestFeatureValues(t *testing.T) {
	const raw = "211-Features:\r\n AUTH TLS;TLS-C;SSL;\r\n AUTH KEA-SKIPJACK\r\n PROT C;P;\r\n HASH SHA-1;SHA-256*;MD5\r\n LANG EN*;FR\r\n" +
		" mlst Type*;size*; media-type;\r\n REST STREAM\r\n TYPE A;E;I\r\n UTF8\r\n TVFS\r\n HOST\r\n211 End\r\n"
	f, err := ParseFeatures(reply(t, raw))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ label, want string }{
		{"AUTH", "TLS TLS-C SSL KEA-SKIPJACK"},
		{"PROT", "C P"},
		{"HASH", "SHA-1 SHA-256* MD5"},
		{"LANG", "EN* FR"},
		{"MLST", "Type* size* media-type"},
		{"REST", "STREAM"},
		{"TYPE", "A E I"},
		{"UTF8", ""},
		{"EPSV", ""},
	}
	for _, tt := range tests {
		var got []string
		for value, marked := range f.Values(tt.label) {
			s := string(value)
			if marked {
				s += "*"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %q, want %q", tt.label, s, tt.want)
		}
	}
	for value := range f.Values("AUTH") {
		if string(value) != "TLS" {
			t.Errorf("first value %q", value)
		}
		break
	}
	if !f.HasValue("auth", "ssl") || !f.HasValue("MLST", "type") || f.HasValue("AUTH", "GSSAPI") || f.HasValue("UTF8", "") {
		t.Error("HasValue")
	}
	if !f.Has("utf8") || !f.Has("HOST") || !f.Has("MLST") || f.Has("EPSV") || f.Has("UTF") {
		t.Error("Has")
	}
	var params []string
	for p := range f.Lookup("Auth") {
		params = append(params, string(p))
	}
	if diff := cmp.Diff([]string{"TLS;TLS-C;SSL;", "KEA-SKIPJACK"}, params); diff != "" {
		t.Error(diff)
	}
}

func TestAppendFeaturesFails(t *testing.T) {
	for _, feature := range []string{"", " UTF8", "UTF8 ", "\tUTF8", "UTF8\r\n211 End", "UTF\x008", "caf\xe9", "DEL\x7f"} {
		if dst, err := AppendFeatures([]byte("x"), "SIZE", feature); !errors.Is(err, ErrSyntax) || string(dst) != "x" {
			t.Errorf("%q: %q, %v", feature, dst, err)
		}
	}
}

// TestFeaturesRoundTrip: what was appended comes back, without tolerances as far
// as they are of the shape.
func TestFeaturesRoundTrip(t *testing.T) {
	properties := gopter.NewProperties(nil)
	genFeature := gen.RegexMatch("[!-~]{1,10}( [!-~]([ -~\t]{0,20}[!-~])?)?")
	properties.Property("211", prop.ForAll(func(features []string) string {
		var f Features
		if err := roundTrip(&f, ParseFeatures)(AppendFeatures(nil, features...)); err != nil {
			return err.Error()
		}
		if d := f.Tolerances &^ OtherCase; d != 0 {
			return d.String()
		}
		var got []string
		for label, params := range f.All() {
			got = append(got, strings.TrimSuffix(string(label)+" "+string(params), " "))
		}
		return cmp.Diff(strings.Join(features, "\n"), strings.Join(got, "\n"))
	}, gen.SliceOf(genFeature)))
	properties.TestingRun(t)
}

func FuzzFeatures(f *testing.F) {
	f.Add([]byte(proftpdFeatures))
	for _, tt := range featuresTests {
		f.Add([]byte(tt.raw))
		f.Add([]byte(tt.raw[3 : len(tt.raw)-2]))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			f, err := ParseFeatures(r)
			checkResult(t, r, f.Tolerances, err)
			for label, params := range f.All() {
				if len(label) == 0 || isBlank(at(params, len(params)-1)) {
					t.Errorf("%q: %q %q", r.Raw(), label, params)
				}
				if !f.Has(string(label)) {
					t.Errorf("%q: no %q", r.Raw(), label)
				}
			}
		}, "211")
	})
}

func TestFeaturesAllocs(t *testing.T) {
	r := reply(t, proftpdFeatures)
	n := testing.AllocsPerRun(100, func() {
		f, _ := ParseFeatures(r)
		f.HasValue("REST", "STREAM")
		for range f.All() {
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFeatures(b *testing.B) {
	r := reply(b, proftpdFeatures)
	b.ReportAllocs()
	for b.Loop() {
		f, _ := ParseFeatures(r)
		f.Has("UTF8")
	}
}

// TestFeaturesPlace finds the line that is odd, not the first one.
func TestFeaturesPlace(t *testing.T) {
	const raw = "\r\n211-Features:\r\n SIZE\r\n MLST type*;size*\r\n  UTF8\r\n211-TVFS\r\n211 End\r\n"
	f, err := ParseFeatures(reply(t, raw))
	if err != nil || f.Tolerances != MissingDelimiter|WideIndent|CodePrefix {
		t.Fatalf("%v, %v", f.Tolerances, err)
	}
	for d, want := range map[Tolerance]string{MissingDelimiter: " MLST type*;size*", WideIndent: "  UTF8", CodePrefix: "211-TVFS"} {
		line, offset, ok := f.Place(d)
		if string(line) != want || !ok || !strings.HasPrefix(raw[offset:], want) {
			t.Errorf("%v: %q at %d, %v", d, line, offset, ok)
		}
	}
	if line, _, ok := f.Place(OtherCase); ok {
		t.Errorf("%q has no such tolerance", line)
	}
}
