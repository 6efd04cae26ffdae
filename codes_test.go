package ftpreply

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// A codeRow is a line of testdata/codes.tsv, the expectation for codes.go.
type codeRow struct {
	code     Code
	constant string
	listName string // the name in the project's list of 57 codes; empty for any other code
	class    string
	rfc      string // the number of the first RFC in Source
	section  string // as written there
	status   string
}

func readCodeRows(t testing.TB) []codeRow {
	t.Helper()
	data, err := os.ReadFile("testdata/codes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if want := "code\tconstant\tlist name\tclass\trfc\tsection\tstatus"; lines[0] != want {
		t.Fatalf("columns are %q, want %q", lines[0], want)
	}
	var rows []codeRow
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 7 || len(f[0]) != 3 {
			t.Fatalf("bad line %q", line)
		}
		n, err := strconv.ParseUint(f[0], 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, codeRow{Code(n), f[1], f[2], f[3], f[4], f[5], f[6]})
	}
	return rows
}

// codeConstants reads the constants of type Code from codes.go, by value.
func codeConstants(t *testing.T) map[Code]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	constants := map[Code]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Code" {
			return true
		}
		n, err := strconv.ParseUint(spec.Values[0].(*ast.BasicLit).Value, 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		code, name := Code(n), spec.Names[0].Name
		if other, ok := constants[code]; ok {
			t.Errorf("%s and %s are both %d", other, name, code)
		}
		constants[code] = name
		return true
	})
	return constants
}

// constantFor is the rule by which a constant follows from a name.
func constantFor(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	constant := "Code"
	for _, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		constant += string(unicode.ToUpper(first)) + word[size:]
	}
	return constant
}

const numbers = `[0-9.]+(?:(?:, [0-9.]+)* and [0-9.]+)?`

var (
	citation = regexp.MustCompile(`^RFC ([1-9][0-9]*)(?:, sections? (` + numbers + `))?$`)
	practice = regexp.MustCompile(`^de facto: [A-Z]`)
)

// firstCitation splits the RFC and section off a Source; both are empty for a
// code that no RFC defines.
func firstCitation(source string) (rfc, section string) {
	first, _, _ := strings.Cut(source, "; ")
	if m := citation.FindStringSubmatch(first); m != nil {
		return m[1], m[2]
	}
	return "", ""
}

func TestCodesAgreeWithFile(t *testing.T) {
	constants := codeConstants(t)
	var got []codeRow
	for info := range Codes() {
		rfc, section := firstCitation(info.Source)
		got = append(got, codeRow{
			code:     info.Code,
			constant: constants[info.Code],
			class:    info.Code.Class().String(),
			rfc:      rfc,
			section:  section,
			status:   info.Status.String(),
		})
		delete(constants, info.Code)
	}
	want := readCodeRows(t)
	for i := range want {
		want[i].listName = ""
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(codeRow{})); diff != "" {
		t.Errorf("file and table differ (-file +table):\n%s", diff)
	}
	for code, name := range constants {
		t.Errorf("%s = %d is not in the table", name, code)
	}
	if !slices.IsSortedFunc(got, func(a, b codeRow) int { return int(a.code) - int(b.code) }) {
		t.Error("the table is not in numeric order")
	}
}

// The list gives one name to 125 and 225 and one to 202 and 502; there, and only
// there, a name may continue after that of the list.
func TestCodesOfTheList(t *testing.T) {
	uses := map[string]int{}
	rows := slices.DeleteFunc(readCodeRows(t), func(r codeRow) bool { return r.listName == "" })
	for _, row := range rows {
		uses[row.listName]++
	}
	if len(rows) != 57 {
		t.Errorf("%d codes have a list name, want 57", len(rows))
	}
	if len(uses) != 55 {
		t.Errorf("%d different list names, want 55", len(uses))
	}
	for _, row := range rows {
		info, ok := row.code.Info()
		switch {
		case !ok:
			t.Errorf("%v: not in the table", row.code)
		case uses[row.listName] == 1 && info.Name != row.listName,
			!strings.HasPrefix(info.Name, row.listName):
			t.Errorf("%d: name is %q, the list's is %q", row.code, info.Name, row.listName)
		}
	}
}

func TestCodeEntriesAreComplete(t *testing.T) {
	constants := codeConstants(t)
	for info := range Codes() {
		if want := constantFor(info.Name); constants[info.Code] != want {
			t.Errorf("%d: constant is %s, its name makes it %s", info.Code, constants[info.Code], want)
		}
		if !isSentence(info.Meaning) || strings.Contains(info.Meaning, ". ") {
			t.Errorf("%d: meaning is not one sentence: %q", info.Code, info.Meaning)
		}
		if info.Note != "" && !isSentence(info.Note) {
			t.Errorf("%d: note does not end as a sentence: %q", info.Code, info.Note)
		}
		form := citation
		if info.Status == DeFacto {
			form = practice
		}
		for source := range strings.SplitSeq(info.Source, "; ") {
			if !form.MatchString(source) {
				t.Errorf("%d, %v: source is %q", info.Code, info.Status, source)
			}
		}
	}
}

func isSentence(s string) bool {
	return len(s) > 1 && s == strings.TrimSpace(s) && strings.HasSuffix(s, ".") && !strings.Contains(s, "  ")
}

func TestCodeEntriesAreDistinct(t *testing.T) {
	for _, field := range []struct {
		name string
		of   func(Info) string
	}{
		{"code", func(i Info) string { return i.Code.String() }},
		{"name", func(i Info) string { return i.Name }},
		{"meaning", func(i Info) string { return i.Meaning }},
	} {
		t.Run(field.name, func(t *testing.T) {
			seen := map[string]Code{}
			for info := range Codes() {
				value := strings.ToLower(field.of(info))
				if other, ok := seen[value]; ok {
					t.Errorf("%d and %d have the same: %q", other, info.Code, value)
				}
				seen[value] = info.Code
			}
		})
	}
}

// Names that state a wrong meaning are kept, so the entry itself must say so.
func TestMisleadingNamesAreExplained(t *testing.T) {
	for _, tt := range []struct {
		code          Code
		meaning, note string // words that must occur
	}{
		{CodeRestartMarkerReply, "MARK", "time stamp are wrong"},
		{CodeCommandNotImplementedSuperfluous, "as after any completion", "502"},
		{CodeEnteringLongPassiveMode, "address family", "Not for IPv6"},
		{CodeUserLoggedOut, "Before RFC 640", "In no current RFC"},
		{CodeLogoutCommandNoted, "has logged the user in", "The name is wrong"},
		{CodeAuthMechanismAccepted, "needs no ADAT", "Not for TLS alone"},
		{CodeUsernameOKNeedPassword, "expects PASS", "does not say that the user exists"},
		{CodeNeedAccountForLogin, "a later command", "Not for the login alone"},
		{CodeSecurityMechanismOK, "may hold data", "The data is optional"},
		{CodeInvalidUsernameOrPassword, "Before RFC 640", "In no current RFC"},
		{CodeNeedUnavailableResource, "security processing", "Not for storage or locks"},
		{CodeRequestedHostUnavailable, "Before RFC 640", "The name is in no RFC"},
		{CodeDataConnectionAlreadyOpen, "address family", "The name is wrong"},
		{CodeNetworkProtocolNotSupported, "EPSV", "encrypted"},
		{CodeCommandProtectionLevelDenied, "control connection", "Not for data"},
		{CodeCommandProtectionLevelNotCompliant, "does not support", "Not for policy"},
		{CodeRequestedPageTypeUnknown, "page-structured", "nothing to do with TYPE"},
	} {
		info, _ := tt.code.Info()
		if !strings.Contains(info.Meaning, tt.meaning) {
			t.Errorf("%d: meaning %q does not say %q", tt.code, info.Meaning, tt.meaning)
		}
		if !strings.Contains(info.Note, tt.note) {
			t.Errorf("%d: note %q does not say %q", tt.code, info.Note, tt.note)
		}
	}
}

func TestDigitNames(t *testing.T) {
	for digit, want := range []struct{ class, group string }{
		{"undefined", "syntax"},
		{"preliminary", "information"},
		{"completion", "connections"},
		{"intermediate", "authentication and accounting"},
		{"transient negative", "unspecified"},
		{"permanent negative", "file system"},
		{"protected", "undefined"},
		{"undefined", "undefined"},
		{"undefined", "undefined"},
		{"undefined", "undefined"},
	} {
		class, group := Class(digit), Group(digit)
		if got := class.String(); got != want.class {
			t.Errorf("class %d is %q, want %q", digit, got, want.class)
		}
		if got := group.String(); got != want.group {
			t.Errorf("group %d is %q, want %q", digit, got, want.group)
		}
	}
	if got := Status(3).String(); got != "undefined" {
		t.Errorf("status 3 is %q", got)
	}
}

func TestCodeStrings(t *testing.T) {
	for _, tt := range []struct {
		code   Code
		digits string
	}{
		{0, "000"},
		{7, "007"},
		{CodeFileUnavailable, "550"},
		{599, "599"},
		{10054, "10054"},
	} {
		if got := tt.code.String(); got != tt.digits {
			t.Errorf("String of %d is %q, want %q", tt.code, got, tt.digits)
		}
		if _, ok := any(tt.code).(error); ok {
			t.Errorf("%v is an error", tt.code)
		}
	}
}

func TestCodesStops(t *testing.T) {
	for info := range Codes() {
		if info.Code != 110 {
			t.Fatalf("first code is %v", info.Code)
		}
		break
	}
}

func TestCodeLookupsDoNotAllocate(t *testing.T) {
	var info Info
	var deviations Deviation
	allocs := testing.AllocsPerRun(100, func() {
		info, _ = CodeFileUnavailable.Info()
		deviations = codeDeviation(599)
	})
	if allocs != 0 || info.Code != CodeFileUnavailable || deviations == 0 {
		t.Errorf("%v allocations, %v, %v", allocs, info.Code, deviations)
	}
}

// Every value that a Code can have.
func TestAllCodes(t *testing.T) {
	known := knownCodes(t)
	for n := range 1 << 16 {
		checkCode(t, Code(n), known)
	}
}

func FuzzCodes(f *testing.F) {
	known := knownCodes(f)
	for info := range Codes() {
		f.Add(uint16(info.Code))
	}
	for _, n := range []uint16{0, 99, 160, 560, 600, 699, 700, 999, 1000, 25700, 1<<16 - 1} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n uint16) { checkCode(t, Code(n), known) })
}

func knownCodes(t testing.TB) map[Code]bool {
	known := map[Code]bool{}
	for _, row := range readCodeRows(t) {
		known[row.code] = true
	}
	return known
}

var codeRange = regexp.MustCompile(`^([1-4][0-9]|5[0-5]|6[0-9])[0-9]$`)

// checkCode compares a Code with its digits as text and with the file.
func checkCode(t *testing.T, c Code, known map[Code]bool) {
	digits := fmt.Sprintf("%03d", uint16(c))
	if got := c.String(); got != digits {
		t.Errorf("String of %d is %q", c, got)
	}
	info, ok := c.Info()
	if ok != known[c] || ok && info.Code != c || !ok && info != (Info{}) {
		t.Errorf("Info of %d is %+v, %v", c, info, ok)
	}
	class, group := Class(digits[0]-'0'), Group(digits[1]-'0')
	if len(digits) > 3 {
		class, group = 0, c.Group()
	}
	if c.Class() != class || c.Group() != group {
		t.Errorf("%d has class %d and group %d, want %d and %d", c, c.Class(), c.Group(), class, group)
	}
	var want Deviation
	if !codeRange.MatchString(digits) {
		want |= CodeOutOfRange
	}
	if !known[c] {
		want |= UnknownCode
	}
	if got := codeDeviation(c); got != want {
		t.Errorf("deviations of %d are %b, want %b", c, got, want)
	}
}
