package payload

import (
	"slices"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/leanovate/gopter/gen"
)

// selection is a FactSelection with its names.
type selection struct {
	Names      []string
	Tolerances Tolerance
}

func parseSelection(r ftpreply.Reply) (selection, error) {
	v, err := ParseFactSelection(r)
	s := selection{Tolerances: v.Tolerances}
	for name := range v.All() {
		s.Names = append(s.Names, string(name))
	}
	return s, err
}

var factSelectionTests = []parseTest[selection]{
	{"words swapped", "200 OPTS MLST type;size;\r\n", selection{[]string{"type", "size"}, OtherLabel}, nil, ""},
	{"RFC 3659", "200 MLST OPTS Type;UNIX.mode;\r\n", selection{Names: []string{"Type", "UNIX.mode"}}, nil, ""},
	{"none", "200 MLST OPTS\r\n", selection{}, nil, ""},
	{"ProFTPD, none", "200 MLST OPTS \r\n", selection{Tolerances: TrailingSpace}, nil, ""},
	{"Pure-FTPd", "200  MLST OPTS type;size;\r\n", selection{[]string{"type", "size"}, ExtraSpace}, nil, ""},
	{"case is free", "200 mlst opts type;\r\n", selection{Names: []string{"type"}}, nil, ""},
	{"no delimiter", "200 MLST OPTS type;size\r\n", selection{[]string{"type", "size"}, MissingDelimiter}, nil, ""},
	{"more spaces", "200 MLST OPTS  type; \r\n", selection{[]string{"type"}, ExtraSpace | TrailingSpace}, nil, ""},
	{"words after", "200 MLST OPTS type; set\r\n", selection{[]string{"type"}, TextAfter}, nil, ""},
	{"no space", "200 MLST OPTStype;\r\n", selection{}, ErrSyntax, "MLST OPTStype;"},
	{"full stop", "200 MLST OPTS.\r\n", selection{}, ErrSyntax, "MLST OPTS."},
	{"value", "200 MLST OPTS type=file;\r\n", selection{}, ErrSyntax, "type=file;"},
	{"words", "200 OPTS UTF8 OK\r\n", selection{}, ErrMissing, "OPTS UTF8 OK"},
	{"501", "501 MLST OPTS\r\n", selection{}, ErrCode, "501 "},
}

func TestFactSelection(t *testing.T) { testParse(t, parseSelection, factSelectionTests) }

func TestFactSelectionHas(t *testing.T) {
	v, err := ParseFactSelection(reply(t, "200 MLST OPTS Type;size;\r\n"))
	if err != nil || !v.Has("type") || !v.Has("SIZE") || v.Has("siz") || v.Has("") {
		t.Errorf("%v: type %v, SIZE %v, siz %v", err, v.Has("type"), v.Has("SIZE"), v.Has("siz"))
	}
}

func TestFactSelectionRoundTrip(t *testing.T) {
	forAll(t, func(names []string) bool {
		raw, err := AppendFactSelection(nil, names...)
		return equal(reparse(t, raw, err, parseSelection), selection{Names: names})
	}, gen.SliceOf(factName))
}

// factName generates names of facts.
var factName = bytesOf(1, func(c byte) bool { return isFactName([]byte{c}) })

func TestAppendFactSelectionFails(t *testing.T) {
	for _, name := range []string{"", "a b", "a;", "a=b", "a\r\n"} {
		if raw, err := AppendFactSelection([]byte("x"), "type", name); err == nil || string(raw) != "x" {
			t.Errorf("AppendFactSelection(%q) = %q, %v", name, raw, err)
		}
	}
}

func TestFactSelectionStops(t *testing.T) {
	v, _ := ParseFactSelection(reply(t, "200 MLST OPTS a;b;\r\n"))
	for name := range v.All() {
		if diff := cmp.Diff([]byte("a"), name, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
		break
	}
}

func FuzzFactSelection(f *testing.F) {
	fuzzParse(f, parseSelection, func(v selection) Tolerance { return v.Tolerances }, factSelectionTests, func(t *testing.T, v selection) {
		raw, err := AppendFactSelection(nil, v.Names...)
		if again := reparse(t, raw, err, parseSelection); !slices.Equal(v.Names, again.Names) {
			t.Errorf("%q, then %q", v.Names, again.Names)
		}
	}, "200")
}
