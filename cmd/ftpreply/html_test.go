package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/ftpreply/ftpreply/lint"
	"golang.org/x/net/html"
)

// attacks returns 100 texts that a peer may send to a reader of the output.
func attacks() (all []string) {
	parts := []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `' autofocus onfocus='alert(1)`,
		`</pre></td></tr></table><h1>forged</h1>`, `</script><script>alert(1)</script>`, `</style><style>*{display:none}`, `<!-- `, `--><b>`,
		`<![CDATA[`, `]]>`, `{{.Version}}`, "`${alert(1)}`", `javascript:alert(1)`, `<a href="javascript:alert(1)">x</a>`,
		`<iframe src=//192.0.2.1>`, `<base href=//192.0.2.1>`, `<meta http-equiv=refresh content=0>`, `<link rel=stylesheet href=//192.0.2.1>`,
		`<svg><script href=data:,alert(1)></script></svg>`, `<math><mtext></title><img src=x>`, `&lt;b&gt;`, `&#60;b>`, `&colon;`,
		"\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "\x00", "\x08\x08", "\x7f", "a\tb",
		"\u202eevil\u202c", "\u2066x\u2069", "\u200f", "\u200b", "\ufeff", "\u2028", "\u2029", "\u0085", "\ufe0f", "\U000e0041",
		"\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "caf\xe9", "\xe2\x80",
		"##vso[task.setvariable]x", "::set-output name=x::y", "##teamcity[x]",
	}
	for _, p := range parts {
		all = append(all, p, strings.Repeat(p, 40))
	}
	return all
}

// attackFile writes a recording in which both sides send the text wherever they can.
func attackFile(t *testing.T, dir string, n int, text string) string {
	e := lint.Example{
		"S 220-vsFTPd " + text + "\r\n" + text + "\r\n220 " + text + "\r\n", "C USER " + text + "\r\n", "S 331 " + text + "\r\n",
		"C PASS x" + text + "\r\n", "S 230 " + text + "\r\n", "C " + text + "\r\n", "S 500 " + text + "\r\n",
		"C RETR " + text + "\r\n", "S 150 " + text + "\r\n", "S 426 " + text + "\r\n", text[:0] + "S " + text + "\r\n",
		"C STOR " + text + "\r\n", "S 257 \"" + text + "\"\r\n",
	}
	path := filepath.Join(dir, fmt.Sprintf("%d&'<b>.ndjson", n))
	if err := os.WriteFile(path, clitest.ExchangeLines(t, e), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// All text of peers is inert in every output of the subcommands that read recordings.
func TestAttacks(t *testing.T) {
	outputs := []struct {
		args  []string
		check func(*testing.T, string)
	}{
		{[]string{"lint", "-v"}, nil},
		{[]string{"lint", "--format", "ndjson"}, checkJSON},
		{[]string{"lint", "--format", "junit"}, nil},
		{[]string{"lint", "--format", "html"}, checkHTML},
		{[]string{"sessions"}, nil},
		{[]string{"sessions", "--format", "ndjson"}, checkJSON},
		{[]string{"sessions", "--format", "html"}, checkHTML},
		{[]string{"show", "-v"}, nil},
		{[]string{"show", "--format", "markdown"}, nil},
		{[]string{"show", "--format", "html"}, checkHTML},
		{[]string{"parse"}, checkJSON},
		{[]string{"stats"}, nil},
		{[]string{"stats", "--format", "ndjson"}, checkJSON},
	}
	dir := t.TempDir()
	all := attacks()
	if len(all) != 100 {
		t.Errorf("%d attacks", len(all))
	}
	for i, text := range all {
		attackFile(t, dir, i, text)
	}
	for _, o := range outputs {
		t.Run(strings.Join(o.args, " "), func(t *testing.T) {
			status, stdout, stderr := clitest.Run(commands.All, append(o.args, dir)...)
			if status > 1 {
				t.Fatalf("status %d: %s", status, stderr)
			}
			checkVisible(t, string(stdout))
			checkVisible(t, string(stderr))
			if o.check != nil {
				o.check(t, string(stdout))
			}
		})
	}
}

// checkVisible fails if a text is not UTF-8, or has characters that control a terminal or that
// reorder text.
func checkVisible(t *testing.T, s string) {
	if !utf8.ValidString(s) {
		t.Error("not UTF-8")
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && (!strconv.IsPrint(r) || r >= utf8.RuneSelf && unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Bidi_Control)) {
			t.Fatalf("%q in the output", r)
		}
	}
}

func checkJSON(t *testing.T, s string) {
	for line := range strings.Lines(s) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}

// The elements and attributes of a report.
var (
	elements = regexp.MustCompile(`^(html|head|meta|title|style|body|a|header|h1|h2|p|ul|li|b|form|label|input|output|span|kbd|main|section|details|summary|code|pre|mark|figure|figcaption|svg|rect|path|table|thead|tbody|tr|th|td|div|script)$`)
	values   = map[string]*regexp.Regexp{
		"href": regexp.MustCompile(`^#(findings|(r[0-9a-f]+(-[0-9]+)+)?)$`), "id": regexp.MustCompile(`^([a-z-]+|(r[0-9a-f]+(-[0-9]+)+)?)$`),
		"class": regexp.MustCompile(`^[a-z ]*$`), "x": number, "y": number, "width": number, "height": number, "colspan": number, "tabindex": number,
		"d": regexp.MustCompile(`^[MHLl0-9 -]+$`), "viewbox": regexp.MustCompile(`^[0-9 ]+$`),
	}
	number = regexp.MustCompile(`^-?[0-9]+$`)
	fixed  = regexp.MustCompile(`^(lang|charset|http-equiv|content|name|role|hidden|type|placeholder|aria-(live|labelledby|label|hidden)|preserveaspectratio|scope)$`)
)

// checkHTML fails if the report has an element or an attribute that is not its own.
func checkHTML(t *testing.T, s string) {
	count := map[string]int{}
	for z := html.NewTokenizer(strings.NewReader(s)); z.Next() != html.ErrorToken; {
		token := z.Token()
		switch token.Type {
		case html.CommentToken:
			t.Errorf("a comment: %s", token)
		case html.StartTagToken, html.SelfClosingTagToken:
			count[token.Data]++
			if !elements.MatchString(token.Data) {
				t.Errorf("element %s", token)
			}
			for _, a := range token.Attr {
				key := strings.ToLower(a.Key)
				if v := values[key]; v == nil && !fixed.MatchString(key) || v != nil && !v.MatchString(a.Val) {
					t.Errorf("attribute %s=%q of %s", a.Key, a.Val, token.Data)
				}
			}
		}
	}
	for _, once := range []string{"script", "style", "body", "h1", "form"} {
		if count[once] != 1 {
			t.Errorf("%d elements %s", count[once], once)
		}
	}
	if count["tr"] < 100 {
		t.Errorf("%d rows", count["tr"])
	}
}
