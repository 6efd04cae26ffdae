package render

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "a b", "a b"},
		{"quotation marks and backslash", `say "hi" \ it's there`, `say "hi" \\ it's there`},
		{"control characters", "\x1b[31m\r\n\t\x7f\x00", `\x1b[31m\r\n\t\x7f\x00`},
		{"not UTF-8", "caf\xe9 caf\u00e9", `caf\xe9 caf` + "\u00e9"},
		{"C1 and bidi controls", "\u009b\u202e\u2066", `\u009b\u202e\u2066`},
		{"line separators", "a\u2028b\u2029\u0085", `a\u2028b\u2029\u0085`},
		{"tags", "\U000e0001\U000e0041", `\U000e0001\U000e0041`},
		{"invisible", "\u200b\u00ad\u3164\ufe0f", `\u200b\u00ad\u3164\ufe0f`},
		{"wide", "日本 e\u0301", "日本 e\u0301"},
		{"a command of GitHub", "::error::x", `\x3a:error::x`},
		{"an indented command of GitHub", "  ::error::x", `  \x3a:error::x`},
		{"not at the beginning", "a ::error::x", "a ::error::x"},
		{"an old command of GitHub", "a ##[error]x", `a \x23#[error]x`},
		{"a command of Azure Pipelines", "a###vso[task.complete]", `a#\x23#vso[task.complete]`},
		{"an ornament", "#### [welcome] ##", "#### [welcome] ##"},
	}
	for _, tt := range tests {
		if got := Text([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestMessage(t *testing.T) {
	if got, want := Message("C:\\a\n\x1b"), `C:\a\n\x1b`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, s := range []string{"C:\\a\n\x1b", "::x", "##[x"} {
		if once := Message(s); Message(once) != once {
			t.Errorf("%q: %s is changed to %s", s, once, Message(once))
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		in   string
		n    int
		want string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "abc[+1 bytes]"},
		{"aé", 2, "a[+2 bytes]"},
		{"日本", 5, "日[+3 bytes]"},
		{"\x80\x80\x80", 2, `\x80\x80[+1 bytes]`},
		{"", 0, ""},
	}
	for _, tt := range tests {
		if got := Cut([]byte(tt.in), tt.n); got != tt.want {
			t.Errorf("%q to %d: got %s, want %s", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestTrim(t *testing.T) {
	const text = "aé日😀"
	for from := range len(text) + 1 {
		for to := from; to <= len(text); to++ {
			got := TrimEnd(TrimStart([]byte(text[from:to])))
			if !utf8.Valid(got) || len(got) < to-from-6 || !strings.Contains(text, string(got)) {
				t.Errorf("%q: got %q", text[from:to], got)
			}
		}
	}
	for _, s := range []string{"\x80\x80\x80\x80\x80", "a\xff", "\xe9"} {
		if got := TrimStart([]byte(s)); len(got) == 0 {
			t.Errorf("%q: nothing is left", s)
		}
	}
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{"abc": 3, "日本": 4, "e\u0301": 1, "": 0} {
		if got := Width(s); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}

// FuzzText looks for anything that a terminal or a CI service would obey, and restores the
// bytes.
func FuzzText(f *testing.F) {
	for _, s := range []string{"a", "\x1b]0;x\a", "::error::", "##vso[", "\\x41", "\u202e", "日", "\xff\xfe", `"'`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got := Text(b)
		for _, r := range got {
			if !isVisible(r) {
				t.Errorf("%q has %q", got, r)
			}
		}
		if strings.HasPrefix(strings.TrimSpace(got), "::") || strings.Contains(got, "##[") || strings.Contains(got, "##vso[") {
			t.Errorf("%q has a command", got)
		}
		back, err := strconv.Unquote(`"` + strings.ReplaceAll(got, `"`, `\"`) + `"`)
		if err != nil || back != string(b) {
			t.Errorf("%q: %q, error %v", got, back, err)
		}
	})
}
