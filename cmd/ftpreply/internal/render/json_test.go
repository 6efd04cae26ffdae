package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"testing"
)

func TestSafeJSON(t *testing.T) {
	in := "\"a\u00e9\x7f\u009b\u202e\U0001f600\U000e0041##vso[x]# #\""
	want := "\"a\u00e9" + `\u007f\u009b\u202e` + "\U0001f600" + `\udb40\udc41\u0023#vso[x]# #"`
	if got := string(SafeJSON([]byte(in))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var x, y string
	if json.Unmarshal([]byte(in), &x) != nil || json.Unmarshal(SafeJSON([]byte(in)), &y) != nil || x != y {
		t.Errorf("%q became %q", x, y)
	}
	if plain := []byte(`{"a":"# b"}`); !bytes.Equal(SafeJSON(plain), plain) {
		t.Error("plain text is changed")
	}
}

// reference returns a string as encoding/json and SafeJSON write it.
func reference(s string, html bool) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(html)
	enc.Encode(s)
	return string(SafeJSON(bytes.TrimSuffix(b.Bytes(), []byte{'\n'})))
}

func checkString(t *testing.T, s string) {
	t.Helper()
	if got, want := string(AppendString([]byte("x"), s)), "x"+reference(s, false); got != want {
		t.Errorf("%q: got %s, want %s", s, got, want)
	}
	if got, want := string(AppendHTMLString(nil, []byte(s))), reference(s, true); got != want {
		t.Errorf("%q, for HTML: got %s, want %s", s, got, want)
	}
}

var jsonStrings = []string{
	"", "a", `say "hi" \ / `, "\x00\x01\b\f\n\r\t\x1f\x7f", "caf\xe9", "\xff\xfe", "caf\u00e9", "\ufffd \xed\xa0\x80",
	"\u0080\u0085\u009b", "\u2028\u2029\u202e\u2066", "\u200b\u00ad\u3164\ufe0f", "\U000e0001\U000e0041", "\U0001f600",
	"<a href='x'>&amp;</a>", "a##vso[x] ##[y] ###[z] ## [", "##\u3164[", "##\xff[", "##\u0001[", "#", "e\u0301", "日本",
}

func TestAppendString(t *testing.T) {
	for _, s := range jsonStrings {
		checkString(t, s)
		for _, after := range jsonStrings {
			checkString(t, s+after)
		}
	}
}

func TestAppendStringAllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 1000)
	for _, s := range jsonStrings {
		b := []byte(s)
		if n := testing.AllocsPerRun(10, func() { AppendString(dst, b) }); n > 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

// Objects that are appended and objects that are written by reflection take turns.
func TestJSONWriter(t *testing.T) {
	var out bytes.Buffer
	w := NewJSONWriter(bufio.NewWriter(&out))
	w.Write(map[string]string{"a": "<\u202e>"})
	w.WriteObject(append(w.Buffer(), "{}"...))
	w.Write(1)
	w.Out.Flush()
	if got, want := out.String(), `{"a":"<\u202e>"}`+"\n{}\n1\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range jsonStrings {
		f.Add(s)
	}
	f.Fuzz(checkString)
}
