package ftpreply

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

// commands collects what a CommandFramer returns for windows that grow by pieces.
func commands(segments [][]byte) (got []string) {
	var f CommandFramer
	var window []byte
	for i, segment := range segments {
		window = append(window, segment...)
		for {
			c, n, err := f.Next(window, i == len(segments)-1)
			window = window[n:]
			if err == ErrShort || err == io.EOF {
				break
			}
			text := fmt.Sprintf("%s|%s", c.Verb(), c.Arg())
			if len(text) > 40 {
				text = fmt.Sprintf("%s|%d bytes", c.Verb(), len(c.Arg()))
			}
			if err != nil {
				text += " " + err.Error()
			}
			got = append(got, text)
		}
	}
	return got
}

func TestCommandFramer(t *testing.T) {
	long := strings.Repeat("x", 2*MaxCommand)
	for _, test := range []struct {
		name, input string
		want        []string
	}{
		{"empty", "", nil},
		{"session", "USER anonymous\r\nPASS a b\r\nNOOP\r\n", []string{"USER|anonymous", "PASS|a b", "NOOP|"}},
		{"LF", "user a\nQUIT\r\n", []string{"user|a", "QUIT|"}},
		{"LF in an argument", "NOOP\r\nMKD a\nDELE b\r\n", []string{"NOOP|", "MKD|a\nDELE b"}},
		{"blanks", " \tRETR  a \r\n\r\n", []string{"RETR| a ", "|"}},
		{"TAB", "RETR\ta\r\n", []string{"RETR|a"}},
		{"Synch", "\xff\xf4\xff\xf2ABOR\r\n", []string{"ABOR|"}},
		{"NUL", "\x00\x00NOOP\r\n", []string{"NOOP|"}},
		{"only Telnet", "\xff\xf1\r\n", []string{"|"}},
		{"CR run", "NOOP\r\r\n", []string{"NOOP|"}},
		{"cut", "NOOP\r\nQUI", []string{"NOOP|", "QUI| unexpected EOF"}},
		{"TLS", "AUTH TLS\r\n\x16\x03\x01\x00\x05\n\r\n\r\n\x17\x03\x03\x00\x01aNOOP\r\n", []string{"AUTH|TLS", "NOOP|"}},
		{"TLS cut", "AUTH TLS\r\n\x16\x03\x01\x00\x05ab", []string{"AUTH|TLS"}},
		{"byte that begins no record", "\x16\r\n\x16", []string{"\x16|", "\x16| unexpected EOF"}},
		{"long", "NOOP\r\nSTOR " + long + "\r\nQUIT\r\n", []string{"NOOP|", "STOR|4091 bytes reply exceeds the limit", "QUIT|"}},
		{"longest", "STOR " + long[:MaxCommand-7] + "\r\nQUIT\r\n", []string{"STOR|4089 bytes", "QUIT|"}},
		{"one more", "STOR " + long[:MaxCommand-6] + "\r\nQUIT\r\n", []string{"STOR|4090 bytes reply exceeds the limit", "QUIT|"}},
		{"long and cut", "STOR " + long, []string{"STOR|4091 bytes reply exceeds the limit"}},
		{"long with LF", "NOOP\r\nSTOR " + long + "\nDELE a\r\nQUIT\r\n", []string{"NOOP|", "STOR|4091 bytes reply exceeds the limit", "QUIT|"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, most := range []int{1 << 20, 1, 2, 7, 4096} {
				got := commands(append(pieces([]byte(test.input), most), nil))
				if !reflect.DeepEqual(got, test.want) {
					t.Errorf("pieces of at most %d:\ngot  %q\nwant %q", most, got, test.want)
				}
			}
		})
	}
	var f CommandFramer
	f.Next([]byte("NOO"), false)
	if _, n, err := f.Next([]byte("N"), false); n != 0 || err != ErrLostBytes {
		t.Errorf("a window that shrank: %d, %v", n, err)
	}
	if c, _, err := f.Next([]byte("NOOP\n"), false); err != nil || string(c.Raw()) != "NOOP\n" {
		t.Errorf("the next line: %q, %v", c.Raw(), err)
	}
}

func TestCommandAllocations(t *testing.T) {
	var f CommandFramer
	input := []byte("USER a\r\n")
	if n := testing.AllocsPerRun(100, func() { f.Next(input, false) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzCommands: the same commands for any way of cutting the input, and any command that
// AppendCommand writes is read back.
func FuzzCommands(f *testing.F) {
	f.Add([]byte("\xff\xf4USER a\r\nb\n\r\n\x16\x03\x03\x00\x01x"), "STOR", "a\xffb")
	f.Add([]byte("NOOP\nQUIT"), "xsha256", "")
	f.Fuzz(func(t *testing.T, input []byte, verb, arg string) {
		want := commands([][]byte{input, nil})
		for _, most := range []int{1, 9} {
			if got := commands(append(pieces(input, most), nil)); !reflect.DeepEqual(got, want) {
				t.Fatalf("%q: got %q, want %q", input, got, want)
			}
		}
		line, err := AppendCommand(nil, verb, arg)
		if err != nil {
			return
		}
		var framer CommandFramer
		c, n, err := framer.Next(line, true)
		if len(line) > MaxCommand {
			return
		}
		doubled := bytes.ReplaceAll([]byte(arg), []byte{0xff}, []byte{0xff, 0xff})
		if err != nil || n != len(line) || string(c.Verb()) != verb || !bytes.Equal(c.Arg(), doubled) {
			t.Fatalf("%q: got %q %q, %v", line, c.Verb(), c.Arg(), err)
		}
	})
}
