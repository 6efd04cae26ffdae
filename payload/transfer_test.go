package payload

import (
	"testing"

	"github.com/leanovate/gopter/gen"
)

var transferTests = []parseTest[TransferSize]{
	{"vsftpd", "150 Opening BINARY mode data connection for f (1024 bytes).\r\n", TransferSize{Bytes: 1024}, nil, ""},
	{"ProFTPD", "150 Opening BINARY mode data connection for f (1024 bytes)\r\n", TransferSize{Bytes: 1024}, nil, ""},
	{"125", "125 f (7 bytes)\r\n", TransferSize{Bytes: 7}, nil, ""},
	{"after an address", "150 ASCII data connection for /bin/ls (137.167.104.91,37445) (0 bytes).\r\n", TransferSize{}, nil, ""},
	{"Serv-U", "150 Opening (1024 Bytes)\r\n", TransferSize{Bytes: 1024}, nil, ""},
	{"two sizes: the last", "150 foo (12 bytes) (34 bytes)\r\n", TransferSize{Bytes: 34}, nil, ""},
	{"alone", "150 (1024 bytes)\r\n", TransferSize{Bytes: 1024}, nil, ""},
	{"first line of two", "150-(5 bytes)\r\n150 Opening\r\n", TransferSize{5, OtherLine}, nil, ""},
	{"last line of two", "150-x\r\n150 a (7 bytes)\r\n", TransferSize{Bytes: 7}, nil, ""},
	{"in a name", "150 name with (5 bytes) in it\r\n", TransferSize{Bytes: 5}, nil, ""},
	{"no parentheses", "150 1024 bytes to send\r\n", TransferSize{1024, NoParentheses}, nil, ""},
	{"parentheses win", "150 9 bytes (1024 bytes) 8 bytes\r\n", TransferSize{Bytes: 1024}, nil, ""},
	{"most", "150 (18446744073709551615 bytes)\r\n", TransferSize{Bytes: 1<<64 - 1}, nil, ""},
	{"too large", "150 (18446744073709551616 bytes)\r\n", TransferSize{}, ErrRange, "18446744073709551616"},
	{"Pure-FTPd", "150-Accepted data connection\r\n150 917.3 kbytes to download\r\n", TransferSize{}, ErrMissing, "917.3 kbytes to download"},
	{"negative", "150 (-1 bytes)\r\n", TransferSize{}, ErrMissing, "(-1 bytes)"},
	{"thousands", "150 (1,024 bytes)\r\n", TransferSize{}, ErrMissing, "(1,024 bytes)"},
	{"no size", "150 Ok to send data.\r\n", TransferSize{}, ErrMissing, "Ok to send data."},
	{"226", "226 (5 bytes)\r\n", TransferSize{}, ErrCode, "226 "},
}

func TestTransferSize(t *testing.T) { testParse(t, ParseTransferSize, transferTests) }

func TestTransferSizeRoundTrip(t *testing.T) {
	forAll(t, func(size uint64) bool {
		return reparse(t, AppendTransferSize(nil, size), nil, ParseTransferSize) == TransferSize{Bytes: size}
	}, gen.UInt64())
}

func FuzzTransferSize(f *testing.F) {
	fuzzParse(f, ParseTransferSize, func(v TransferSize) Tolerance { return v.Tolerances }, transferTests, nil, "150", "125")
}
