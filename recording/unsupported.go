package recording

import (
	"bytes"

	"github.com/ftpreply/ftpreply/transcript"
)

// An UnsupportedError means that a file has a known form that [Open] does not read. It
// matches [transcript.ErrFormat].
type UnsupportedError struct {
	Name    string // of the form, such as "xz"
	Convert string // a shell command that writes FILE to its standard output in a form that Open reads
}

func (e *UnsupportedError) Error() string {
	return e.Name + " is not supported; convert it first: " + e.Convert + " | ftpreply lint -"
}

func (e *UnsupportedError) Is(target error) bool { return target == transcript.ErrFormat }

// editcap reads all file formats of Wireshark.
const editcap = "editcap -F pcap FILE -"

// unsupported lists forms with the bytes that each begins with. None can begin a log.
var unsupported = []struct {
	magic string
	UnsupportedError
}{
	{"\xfd7zXZ\x00", UnsupportedError{"xz", "xz -dc FILE"}},
	{"\x04\x22\x4d\x18", UnsupportedError{"lz4", "lz4 -dc FILE"}},
	{"LZIP\x01", UnsupportedError{"lzip", "lzip -dc FILE"}},
	{"\x1f\x9d", UnsupportedError{"compress (.Z)", "gzip -dc FILE"}},
	{"PK\x03\x04", UnsupportedError{"zip", "unzip -p FILE"}},
	{"7z\xbc\xaf\x27\x1c", UnsupportedError{"7-Zip", "7z x -so FILE"}},
	{"snoop\x00\x00\x00", UnsupportedError{"a snoop capture", editcap}},
	{"btsnoop\x00", UnsupportedError{"a btsnoop capture", editcap}},
	{"RTSS", UnsupportedError{"a capture of Network Monitor", editcap}},
	{"GMBU", UnsupportedError{"a capture of Network Monitor", editcap}},
	{"TRSNIFF data    \x1a", UnsupportedError{"a capture of Sniffer", editcap}},
	{"XCP\x00", UnsupportedError{"a capture of Sniffer", editcap}},
	{"iptrace ", UnsupportedError{"a capture of iptrace", editcap}},
	{"\x7fver", UnsupportedError{"a capture of OmniPeek", editcap}},
}

// checkSupported returns an error if head is the beginning of an unsupported form.
func checkSupported(head []byte) error {
	for i := range unsupported {
		if bytes.HasPrefix(head, []byte(unsupported[i].magic)) {
			return &unsupported[i].UnsupportedError
		}
	}
	return nil
}
