package ftpreply

import (
	"errors"
	"strings"
	"testing"
)

func TestAppendReply(t *testing.T) {
	for _, test := range []struct {
		name  string
		code  Code
		lines []string
		want  string
	}{
		{"no line", 220, nil, "220 \r\n"},
		{"an empty line", 220, []string{""}, "220 \r\n"},
		{"one line", 220, []string{"ready"}, "220 ready\r\n"},
		{"one line that begins with a digit", 213, []string{"1048576"}, "213 1048576\r\n"},
		{"two lines", 220, []string{"a", "b"}, "220-a\r\n220 b\r\n"},
		{"interior lines", 211, []string{"", " UTF8", "", "0", "9", "211 x", "/", ":", "\t", "x", ""},
			"211-\r\n UTF8\r\n211-\r\n211-0\r\n211-9\r\n211-211 x\r\n/\r\n:\r\n\t\r\nx\r\n211 \r\n"},
		{"the lowest code", 100, []string{"a"}, "100 a\r\n"},
		{"the highest code", 699, []string{"a"}, "699 a\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := AppendReply([]byte("before "), test.code, test.lines...)
			if want := "before " + test.want; string(got) != want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

// Text and codes that no reader could read back are refused.
func TestAppendReplyErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		code  Code
		lines []string
		want  string
	}{
		{"a code of two digits", 99, nil, `ftpreply: unsafe line: code 099 is out of range`},
		{"a code between the ranges", 560, []string{"a"}, `ftpreply: unsafe line: code 560 is out of range`},
		{"a code of four digits", 2200, []string{"a"}, `ftpreply: unsafe line: code 2200 is out of range`},
		{"CR", 220, []string{"a\rb"}, `ftpreply: unsafe line: "\r" at byte 1 of line 1 of the text: "a\rb"`},
		{"LF in the second line", 220, []string{"a", "\n"}, `ftpreply: unsafe line: "\n" at byte 0 of line 2 of the text: "\n"`},
		{"NUL", 220, []string{"abc\x00"}, `ftpreply: unsafe line: "\x00" at byte 3 of line 1 of the text: "abc\x00"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := AppendReply([]byte("before"), test.code, test.lines...)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if string(got) != "before" {
				t.Errorf("got %q with the error", got)
			}
		})
	}
}

// Parse accepts one whole reply. Valid accepts it only without a deviation in Strict.
func TestParse(t *testing.T) {
	for _, test := range []struct {
		name  string
		input string
		code  Code
		err   string
		valid bool
	}{
		{"one line", "220 a\r\n", 220, "", true},
		{"multi-line", "220-a\r\n220 b\r\n", 220, "", true},
		{"legal departures", "299 \xe9" + strings.Repeat("x", 600) + "\r\n", 299, "", true},
		{"a forbidden departure", "220 a\n", 220, "", false},
		{"nothing", "", 0, `ftpreply: line 1 (offset 0): unexpected EOF: ""`, false},
		{"blank lines", "\r\n\r\n", 0, `ftpreply: line 1 (offset 0): unexpected EOF: "\r\n\r\n"`, false},
		{"a cut line", "220 a", 220, `ftpreply: line 1 (offset 0): unexpected EOF: "220 a"`, false},
		{"a cut reply", "220-a\r\n220 b", 220, `ftpreply: line 1 (offset 0): unexpected EOF: "220-a\r\n220 b"`, false},
		{"no reply", "hello\r\n220 a\r\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "hello\r\n"`, false},
		{"a letter first", "a20 b\r\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "a20 b\r\n"`, false},
		{"a letter second", "2a0 b\r\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "2a0 b\r\n"`, false},
		{"a letter third", "22a b\n", 0, `ftpreply: line 1 (offset 0): not an FTP reply: "22a b\n"`, false},
		{"a reply after it", "220-a\r\n220 b\r\n230 c\r\n", 220, `ftpreply: line 3 (offset 14): bytes after the reply: "230 c\r\n"`, false},
		{"a blank line after it", "220 a\r\n\n", 220, `ftpreply: line 2 (offset 7): bytes after the reply: "\n"`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := Parse([]byte(test.input))
			got := ""
			if err != nil {
				got = err.Error()
				var syntax *SyntaxError
				if !errors.As(err, &syntax) {
					t.Errorf("the error is a %T", err)
				}
			}
			if got != test.err || r.Code() != test.code {
				t.Errorf("got code %d, %s\nwant %d, %s", r.Code(), got, test.code, test.err)
			}
			if got := Valid([]byte(test.input)); got != test.valid {
				t.Errorf("valid is %v", got)
			}
		})
	}
}

func TestAppendCommand(t *testing.T) {
	for _, test := range []struct{ verb, arg, want string }{
		{"NOOP", "", "NOOP\r\n"},
		{"user", "a b", "user a b\r\n"},
		{"XSHA256", " a", "XSHA256  a\r\n"},
		{"RETR", "a\xff\xffb\xff", "RETR a\xff\xff\xff\xffb\xff\xff\r\n"},
		{"RETR", "\t\x1b\u00e9", "RETR \t\x1b\u00e9\r\n"},
	} {
		got, err := AppendCommand([]byte("x"), test.verb, test.arg)
		if err != nil || string(got) != "x"+test.want {
			t.Errorf("got %q, %v, want %q", got, err, test.want)
		}
	}
	for _, test := range []struct{ verb, arg, want string }{
		{"", "a", "ftpreply: unsafe line: the verb is empty"},
		{"RETR a", "", `ftpreply: unsafe line: " " at byte 4 of the verb`},
		{"2RETR", "", `ftpreply: unsafe line: "2" at byte 0 of the verb`},
		{"RET\xe9", "", `ftpreply: unsafe line: "\xe9" at byte 3 of the verb`},
		{"@", "", `ftpreply: unsafe line: "@" at byte 0 of the verb`},
		{"[", "", `ftpreply: unsafe line: "[" at byte 0 of the verb`},
		{"PASS", "secret\r\nDELE a", `ftpreply: unsafe line: "\r" at byte 6 of the argument of PASS`},
		{"PASS", "\n", `ftpreply: unsafe line: "\n" at byte 0 of the argument of PASS`},
		{"PASS", "a\x00", `ftpreply: unsafe line: "\x00" at byte 1 of the argument of PASS`},
	} {
		got, err := AppendCommand([]byte("x"), test.verb, test.arg)
		if !errors.Is(err, ErrUnsafe) || err.Error() != test.want || string(got) != "x" {
			t.Errorf("%q %q: got %q, %v", test.verb, test.arg, got, err)
		}
	}
}
