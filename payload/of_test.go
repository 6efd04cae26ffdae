package payload

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
)

// kindTests are the rows of testdata/vectors.tsv, from which vectors/payload.json is made too.
var kindTests = readKindTests()

type kindTest struct{ name, raw, verb, want string }

// readKindTests reads the table. Its columns are the name, the verb, the reply as a Go string,
// the payload as JSON, and the source of the rule.
func readKindTests() (tests []kindTest) {
	text, err := os.ReadFile("testdata/vectors.tsv")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if cells[0] == "name" {
			continue
		}
		raw, err := strconv.Unquote(cells[2])
		if err != nil {
			panic(fmt.Sprintf("%s: %v", line, err))
		}
		tests = append(tests, kindTest{cells[0], raw, cells[1], cells[3]})
	}
	return tests
}

func TestOf(t *testing.T) {
	for _, tt := range kindTests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(Of(reply(t, tt.raw), tt.verb))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, unescape(got)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// unescape takes off what Marshal does to HTML and MarshalJSON does not.
func unescape(b []byte) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
}

// TestOfKeepsNothing of the reply's bytes.
func TestOfKeepsNothing(t *testing.T) {
	for _, tt := range kindTests {
		raw := []byte(tt.raw)
		r, err := ftpreply.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		p := Of(r, tt.verb)
		before, _ := json.Marshal(p)
		for i := range raw {
			raw[i] = '#'
		}
		after, _ := json.Marshal(p)
		if diff := cmp.Diff(string(before), string(after)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// TestKinds: the verb of a kind decides, whatever the text, and each kind has a test.
func TestKinds(t *testing.T) {
	var tested []string
	for _, tt := range kindTests {
		tested = append(tested, Of(reply(t, tt.raw), tt.verb).Kind)
	}
	for _, k := range kinds {
		if !slices.Contains(tested, k.name) {
			t.Errorf("no test has the kind %s", k.name)
		}
		for _, c := range k.codes {
			for verb := range strings.FieldsSeq(k.verbs) {
				p := Of(reply(t, c.String()+" \r\n"), verb)
				if !k.optional && (p.Kind != k.name || p.Err == nil && k.certain == nil) {
					t.Errorf("%v to %s: %q, %v", c, verb, p.Kind, p.Err)
				}
			}
		}
	}
}

func TestMarshalFields(t *testing.T) {
	got, err := json.Marshal(Payload{Kind: "k", Fields: []Field{{"b", []Field{}}, {"a", [][]Field{{{"<", 1}}, {}}}}})
	if want := `{"kind":"k","b":{},"a":[{"<":1},{}]}`; err != nil || unescape(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	for _, value := range []any{func() {}, []Field{{"f", func() {}}}, [][]Field{{{"f", func() {}}}}} {
		if _, err := json.Marshal(Payload{Fields: []Field{{"f", value}}}); err == nil {
			t.Error("a function was marshalled")
		}
	}
}

func TestOfZeroReply(t *testing.T) {
	if p := Of(ftpreply.Reply{}, "SIZE"); p.Kind != "" || p.Err != nil {
		t.Errorf("%+v", p)
	}
	for _, k := range kinds {
		_, d, err := k.read(ftpreply.Reply{})
		if !errors.Is(err, ErrCode) {
			t.Errorf("%s: %v %v", k.name, d, err)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, tt := range kindTests {
		f.Add([]byte(tt.raw), tt.verb)
	}
	codes := []string{}
	for _, k := range kinds {
		for _, c := range k.codes {
			if !slices.Contains(codes, c.String()) {
				codes = append(codes, c.String())
			}
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, verb string) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			p := Of(r, verb)
			checkResult(t, r, p.Tolerances, p.Err)
			b, err := json.Marshal(p)
			if err != nil || !json.Valid(b) {
				t.Errorf("%+v: %s, %v", p, b, err)
			}
			if p.Err != nil && verb == "" && !slices.ContainsFunc(kinds[:], func(k kind) bool { return k.name == p.Kind && k.verbs == "" }) &&
				(errors.Is(p.Err, ErrMissing) || p.Kind != "passive" && p.Kind != "path" && p.Kind != "transfer") {
				t.Errorf("guessed %s: %v", p.Kind, p.Err)
			}
		}, codes...)
	})
}
