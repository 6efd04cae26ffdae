package payload

import (
	"testing"

	"github.com/leanovate/gopter/gen"
)

var restartTests = []parseTest[Restart]{
	{"RFC 3659", "350 Restarting at 802816.\r\n", Restart{Offset: 802816}, nil, ""},
	{"ProFTPD", "350 Restarting at 100. Send STORE or RETRIEVE to initiate transfer\r\n", Restart{Offset: 100}, nil, ""},
	{"vsftpd", "350 Restart position accepted (0).\r\n", Restart{}, nil, ""},
	{"RANG", "350 Transferring byte range of 11 bytes starting from 0\r\n", Restart{}, nil, ""},
	{"most", "350 Restarting at 18446744073709551615\r\n", Restart{Offset: 1<<64 - 1}, nil, ""},
	{"multi-line", "350-Restarting at 5\r\n350 ok\r\n", Restart{5, OtherLine}, nil, ""},
	{"too large", "350 Restarting at 18446744073709551616\r\n", Restart{}, ErrRange, "18446744073709551616"},
	{"negative", "350 Restarting at -5\r\n", Restart{}, ErrMissing, "Restarting at -5"},
	{"no number", "350 Ready for RNTO.\r\n", Restart{}, ErrMissing, "Ready for RNTO."},
	{"empty", "350 \r\n", Restart{}, ErrMissing, ""},
	{"250", "250 Restarting at 5\r\n", Restart{}, ErrCode, "250 "},
}

func TestRestart(t *testing.T) { testParse(t, ParseRestart, restartTests) }

func TestRestartRoundTrip(t *testing.T) {
	forAll(t, func(offset uint64) bool {
		return reparse(t, AppendRestart(nil, offset), nil, ParseRestart) == Restart{Offset: offset}
	}, gen.UInt64())
}

func FuzzRestart(f *testing.F) {
	fuzzParse(f, ParseRestart, func(v Restart) Tolerance { return v.Tolerances }, restartTests, nil, "350")
}
