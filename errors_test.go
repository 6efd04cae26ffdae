package ftpreply

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The full texts of errors. Each is the last outcome of an input.
func TestSyntaxErrorTexts(t *testing.T) {
	x := strings.Repeat("x", 200)
	for _, test := range []struct {
		name    string
		options Options
		input   string
		reason  error
		want    string
	}{
		{"no reply", Options{}, "hello\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "hello\r\n"`},
		{"where it is", Options{}, "220 a\r\n\n\x00\xff\xf1he\xffllo\r\n", ErrNotReply, `line 3 (offset 11): not an FTP reply: "he\xffllo\r\n"`},
		{"a long one", Options{}, x + "\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "` + x[:128] + `"`},
		{"digits", Options{}, "2200 a\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "2200 a\r\n"`},
		{"SSH", Options{}, "SSH-2.0-OpenSSH_9.9\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like an SSH server: "SSH-2.0-OpenSSH_9.9\r\n"`},
		{"HTTP", Options{}, "HTTP/1.1 400 Bad Request\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like an HTTP response: "HTTP/1.1 400 Bad Request\r\n"`},
		{"HTML", Options{}, "<html>\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like HTML or XML: "<html>\n"`},
		{"a byte order mark", Options{}, "\ufeff220 a\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like a byte order mark before the text: "\ufeff220 a\r\n"`},
		{"UTF-16, high byte first", Options{}, "\xfe\xff\x002\x002\x000\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like UTF-16 text: "\xfe\xff\x002\x002\x000\n"`},
		{"UTF-16, low byte first", Options{}, "\xff\xfe\r\n", ErrNotReply,
			`line 1 (offset 0): not an FTP reply, looks like UTF-16 text: "\xff\xfe\r\n"`},
		{"POP3", Options{}, "+OK ready\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like a POP3 server: "+OK ready\r\n"`},
		{"IMAP", Options{}, "* OK ready\r\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like an IMAP server: "* OK ready\r\n"`},
		{"VNC", Options{}, "RFB 003.008\n", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like a VNC server: "RFB 003.008\n"`},
		{"a TLS record", Options{}, "220 a\r\n\x16\x03\x01\x00\x02ab", ErrNotReply,
			`line 2 (offset 7): not an FTP reply, looks like a TLS record: "\x16\x03\x01\x00\x02"`},
		{"a cut TLS record", Options{}, "\x15\x03", ErrNotReply, `line 1 (offset 0): not an FTP reply, looks like a TLS record: "\x15\x03"`},
		{"a control byte", Options{}, "\x16\x04\n", ErrNotReply, `line 1 (offset 0): not an FTP reply: "\x16\x04\n"`},
		{"a cut line", Options{}, "220 a\r\n331", io.ErrUnexpectedEOF, `line 2 (offset 7): unexpected EOF: "331"`},
		{"a cut line of another protocol", Options{}, "SSH-", io.ErrUnexpectedEOF, `line 1 (offset 0): unexpected EOF: "SSH-"`},
		{"too long", Options{MaxReply: 8}, "220 a\r\n331 abcdef\r\n", ErrTooLong, `line 2 (offset 7): reply exceeds the limit: "331 abcd"`},
		{"rejected for one", Options{Reject: BareLF | NUL}, "220 a\r\n\x00331-a\r\n331 b\r\n", ErrRejected,
			`line 2 (offset 7): reply rejected for nul: "\x00331-a\r\n331 b\r\n"`},
		{"rejected for two", Options{Reject: Strict}, "220-a\r\n230 b\r\n220 \x1b\r\n", ErrRejected,
			`line 3 (offset 18): reply rejected for control-byte,inner-code: "\x1b\r\n"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Framer{Options: test.options}
			var last error
			for rest := []byte(test.input); len(rest) > 0; {
				_, n, err := f.Next(rest, true)
				if err != nil && err != io.EOF {
					last = err
				}
				rest = rest[n:]
			}
			if !errors.Is(last, test.reason) {
				t.Fatalf("got %v, want %v", last, test.reason)
			}
			if diff := cmp.Diff("ftpreply: "+test.want, last.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	lone := &SyntaxError{Err: ErrNotReply, Line: 1, Text: []byte{0x16}}
	if got, want := lone.Error(), `ftpreply: line 1 (offset 0): not an FTP reply: "\x16"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A reply that is returned with an error has a code and deviations as far as they are known.
func TestReplyWithError(t *testing.T) {
	for _, test := range []struct {
		name       string
		options    Options
		input      string
		code       Code
		multiline  bool
		deviations Deviation // of the error, and of the reply if none is rejected
	}{
		{"no reply", Options{}, "\r\n\xff\xf1h\x1b\xe9\n", 0, false, BlankLine | TelnetCommand | ControlByte | NotUTF8 | BareLF},
		{"a TLS record", Options{}, "\r\n\x16\x03\x01\x00\x00", 0, false, BlankLine},
		{"a cut code", Options{}, "220", 0, false, 0},
		{"a cut number", Options{}, "2201", 0, false, 0},
		{"a cut line", Options{}, "\x00220 \x1b\xe9", 220, false, ControlByte | NotUTF8},
		{"cut in UTF-8", Options{}, "220 é\xe2\x82", 220, false, NotUTF8},
		{"cut behind UTF-8", Options{}, "220 é", 220, false, 0},
		{"cut behind IAC IAC", Options{}, "220 \xff\xff", 220, false, NotUTF8},
		{"cut behind IAC", Options{}, "220 \xff\xff\xff", 220, false, NotUTF8 | IACInText},
		{"cut behind CR", Options{}, "220-a\rb\r\nc\r", 220, true, BareCR},
		{"a cut line with another code", Options{}, "220-a\r\n230 b", 220, true, 0},
		{"a cut first line", Options{}, "220-a", 220, true, 0},
		{"a cut interior line", Options{}, "220-a\n\x1b\xe9\r\n230\r\n\xff", 220, true, BareLF | ControlByte | InnerCode | NotUTF8 | IACInText},
		{"a cut last line", Options{AnyCode: true}, "220-a\r\n230 b", 220, true, 0},
		{"too long", Options{MaxReply: 12}, "220-\n231\r\n\x00\xe9\r\n220 a\r\n", 220, true, BareLF | InnerCode | NUL | NotUTF8},
		{"too long, one line", Options{MaxReply: 8}, "220 abcdef\r\n", 220, false, 0},
		{"rejected", Options{Reject: BareLF | NUL}, "220-\x1b\x00\r\n220 a\r\n", 220, true, NUL},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := first(test.options, test.input)
			if r.Code() != test.code || r.Multiline() != test.multiline {
				t.Errorf("got code %d, multi-line %v", r.Code(), r.Multiline())
			}
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v", err)
			}
			if syntax.Deviation != test.deviations {
				t.Errorf("the error shows %v, want %v", syntax.Deviation, test.deviations)
			}
			if syntax.Err != ErrRejected && r.Deviations() != test.deviations {
				t.Errorf("the reply shows %v, want %v", r.Deviations(), test.deviations)
			}
			for from, to := range r.Find(^Deviation(0)) {
				if from >= to || to > len(r.Raw()) {
					t.Errorf("a place from %d to %d", from, to)
				}
			}
			for from := range r.Find(^r.Deviations()) {
				t.Errorf("a place at %d for what it does not show", from)
			}
		})
	}
}

// An error keeps a copy of the bytes.
func TestSyntaxErrorText(t *testing.T) {
	input := []byte("hello\r\n")
	_, _, err := new(Framer).Next(input, true)
	clear(input)
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || string(syntax.Text) != "hello\r\n" {
		t.Errorf("got %v", err)
	}
}

// replyOf returns a one-line reply with the code c.
func replyOf(t *testing.T, c Code) Reply {
	t.Helper()
	r, err := Parse(fmt.Appendf(nil, "%03d text\r\n", uint16(c)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestErr(t *testing.T) {
	for _, test := range []struct {
		code           Code
		failed         bool
		temporary      bool
		notImplemented bool
	}{
		{0, true, false, false}, {99, true, false, false},
		{100, false, false, false}, {200, false, false, false}, {399, false, false, false},
		{400, true, true, false}, {421, true, true, false}, {499, true, true, false},
		{500, true, false, true}, {501, true, false, true}, {502, true, false, true},
		{503, true, false, false}, {504, true, false, true}, {522, true, false, true},
		{530, true, false, false}, {550, true, false, false}, {599, true, false, false},
		{631, true, false, false}, {999, true, false, false},
	} {
		t.Run(test.code.String(), func(t *testing.T) {
			err := replyOf(t, test.code).Err()
			if (err != nil) != test.failed {
				t.Fatalf("got %v", err)
			}
			if err == nil {
				return
			}
			var reply *ReplyError
			if !errors.As(err, &reply) {
				t.Fatalf("got a %T", err)
			}
			if diff := cmp.Diff(&ReplyError{test.code, test.code.Class(), "text"}, reply); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if reply.Temporary() != test.temporary || reply.NotImplemented() != test.notImplemented {
				t.Errorf("temporary is %v, not implemented is %v", reply.Temporary(), reply.NotImplemented())
			}
		})
	}
	if err := (Reply{}).Err(); err == nil {
		t.Error("a reply of no bytes is no error")
	}
}

func TestReplyError(t *testing.T) {
	for _, test := range []struct {
		code   Code
		target error
		want   bool
	}{
		{421, ErrServiceClosing, true},
		{421, &ReplyError{Code: CodeServiceNotAvailable}, true},
		{421, &ReplyError{Class: TransientNegative}, true},
		{421, &ReplyError{Code: CodeServiceNotAvailable, Class: TransientNegative, Text: "text"}, true},
		{421, &ReplyError{}, true},
		{421, &ReplyError{Code: CodeFileUnavailable}, false},
		{421, &ReplyError{Class: PermanentNegative}, false},
		{421, &ReplyError{Code: CodeServiceNotAvailable, Class: PermanentNegative}, false},
		{421, &ReplyError{Code: CodeServiceNotAvailable, Text: "other"}, false},
		{421, io.EOF, false},
		{550, ErrServiceClosing, false},
		{550, &ReplyError{Code: 55}, false},
		{0, &ReplyError{Class: PermanentNegative}, false},
		{0, ErrServiceClosing, false},
	} {
		err := fmt.Errorf("RETR: %w", replyOf(t, test.code).Err())
		if got := errors.Is(err, test.target); got != test.want {
			t.Errorf("%v is %#v: %v", err, test.target, got)
		}
	}
	r, err := Parse([]byte("550-a\r\n\xff \"b\"\r\n550 c\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Err().Error(), `ftpreply: 550 "a\n\xff \"b\"\nc"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := replyOf(t, 99).Err().Error(), `ftpreply: 099 "text"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestExpect(t *testing.T) {
	for _, test := range []struct {
		code Code
		want []Code
		ok   bool
	}{
		{220, nil, false},
		{220, []Code{220}, true}, {220, []Code{221}, false}, {220, []Code{230, 220}, true}, {220, []Code{230, 221}, false},
		{220, []Code{2}, true}, {299, []Code{2}, true}, {300, []Code{2}, false}, {199, []Code{2}, false},
		{220, []Code{22}, true}, {229, []Code{22}, true}, {230, []Code{22}, false}, {219, []Code{22}, false},
		{100, []Code{10}, true}, {109, []Code{10}, true}, {110, []Code{10}, false}, {199, []Code{9}, false}, {999, []Code{9}, true},
		{999, []Code{99}, true}, {100, []Code{100}, true}, {150, []Code{1, 2}, true}, {550, []Code{2, 550}, true},
		{99, []Code{9}, false}, {1, []Code{100}, false}, {10, []Code{100}, false}, {99, []Code{0}, true},
	} {
		err := replyOf(t, test.code).Expect(test.want...)
		if (err == nil) != test.ok {
			t.Errorf("%d among %d: %v", test.code, test.want, err)
		}
		if err != nil && !errors.Is(err, &ReplyError{Code: test.code}) {
			t.Errorf("%d among %d: %v", test.code, test.want, err)
		}
	}
}

// Errors without a position name the package.
func TestErrorTexts(t *testing.T) {
	for err, want := range map[error]string{
		ErrShort:          "ftpreply: the reply or command is incomplete",
		ErrServiceClosing: "ftpreply: service closing control connection",
		ErrBuffered:       "ftpreply: plaintext is buffered after the reply",
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
