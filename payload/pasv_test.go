package payload

import "testing"

var pasvTests = []passiveTest{
	{"the form of most servers", "227 Entering Passive Mode (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", 0, nil},
	{"full stop", "227 Entering Passive Mode (127,0,0,1,4,51).\r\n", "127.0.0.1:1075", 0, nil},
	{"RFC facts example", "227 Entering Passive Mode (10,14,20,57,202,145)\r\n", "10.14.20.57:51857", 0, nil},
	{"other words", "227 PASV OK (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", 0, nil},
	{"prose before", "227 Data transfer will passively listen to 127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"sentence before", "227 Entering passive mode. 127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"equals sign", "227 =127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"B4X server: numbers alone", "227 192,168,7,97,199,99\r\n", "192.168.7.97:51043", NoParentheses, nil},
	{"sys-ftpd", "227 192,168,178,39,184,244\r\n", "192.168.178.39:47348", NoParentheses, nil},
	{"closing parenthesis missing", "227 (127,0,0,1,4,51\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"opening parenthesis missing", "227 127,0,0,1,4,51)\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"other parentheses and a digit before", "227 Entering (v4) Mode (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", DigitsBefore, nil},
	{"digits before", "227 Passive mode 2 ok (1,2,3,4,5,6)\r\n", "1.2.3.4:1286", DigitsBefore, nil},
	{"a number with commas before", "227 1,000,000 ports (127,0,0,1,4,51)\r\n", "127.0.0.1:1075", DigitsBefore, nil},
	{"blanks", "227 (127, 0, 0, 1, 4, 51)\r\n", "127.0.0.1:1075", ExtraSpace, nil},
	{"blanks before the commas and at the ends", "227 ( 127 ,0 ,0\t,1,4,51 )\r\n", "127.0.0.1:1075", ExtraSpace, nil},
	{"comma and words after", "227 127,0,0,1,4,51, thank you\r\n", "127.0.0.1:1075", NoParentheses, nil},
	{"leading zeros", "227 (127,000,000,001,004,051)\r\n", "127.0.0.1:1075", LeadingZeros, nil},
	{"nine numbers", "227 1,2,3,4,5,6,7,8,9\r\n", "1,2,3,4,5,6,7,8,9", 0, ErrAmbiguous},
	{"seven numbers", "227 (127,0,0,1,4,51,9)\r\n", "127,0,0,1,4,51,9", 0, ErrAmbiguous},
	{"numbers of a 228", "227 (4,4,192,168,1,3,2,195,166)\r\n", "4,4,192,168,1,3,2,195,166", 0, ErrAmbiguous},
	{"private host", "227 (10,0,0,5,4,51)\r\n", "10.0.0.5:1075", 0, nil},
	{"public host and a low port", "227 (8,8,8,8,0,22)\r\n", "8.8.8.8:22", 0, nil},
	{"unspecified host", "227 (0,0,0,0,4,51)\r\n", "0.0.0.0:1075", 0, nil},
	{"vsftpd over IPv6", "227 Entering Passive Mode (0,0,0,0,141,82).\r\n", "0.0.0.0:36178", 0, nil},
	{"pyftpdlib over IPv6", "227 Entering passive mode (::1,184,47).\r\n", "[::1]:47151", LiteralHost, nil},
	{"ProFTPD over IPv6", "227 Entering Passive Mode (1,160,43).\r\n", ":41003", HostFragment, nil},
	{"ProFTPD over IPv6, letters", "227 Entering Passive Mode (fe0c,160,43).\r\n", ":41003", HostFragment, nil},
	{"ProFTPD over IPv6, address ends in colons", "227 Entering Passive Mode (,160,43).\r\n", ":41003", HostFragment, nil},
	{"address with full stops", "227 (127.0.0.1,4,51)\r\n", "127.0.0.1:1075", LiteralHost, nil},
	{"address with a zone", "227 (fe80::1%eth0,4,51)\r\n", "[fe80::1]:1075", LiteralHost, nil},
	{"masked host", "227 Entering Passive Mode (***,***,***,***,162,237).\r\n", "***,***,***,***,162,237", 0, ErrRedacted},
	{"masked host, partly", "227 Entering Passive Mode (10,*,*,*,162,237).\r\n", "10,*,*,*,162,237", 0, ErrRedacted},
	{"masked port", "227 Entering Passive Mode (***,***,***,***,***,***).\r\n", "***,***,***,***,***,***", 0, ErrRedacted},
	{"letters for the host", "227 Entering Passive Mode (x,x,x,x,4,1)\r\n", "x,x,x,x,4,1", 0, ErrRedacted},
	{"letters for the host, in groups", "227 Entering Passive Mode (xxx,xxx,XXX,xxx,4,1).\r\n", "xxx,xxx,XXX,xxx,4,1", 0, ErrRedacted},
	{"brackets", "227 Entering Passive Mode [xxx.xxx.xxx.xxx]\r\n", "xxx.xxx.xxx.xxx", 0, ErrRedacted},
	{"the words of the RFC", "227 Entering Passive Mode (h1,h2,h3,h4,p1,p2).\r\n", "h1,h2,h3,h4,p1,p2", 0, ErrRedacted},
	{"a word", "227 Entering Passive Mode (<redacted>)\r\n", "redacted", 0, ErrRedacted},
	{"port 65535", "227 (127,0,0,1,255,255)\r\n", "127.0.0.1:65535", 0, nil},
	{"port 0", "227 (127,0,0,1,0,0)\r\n", "127,0,0,1,0,0", 0, ErrRange},
	{"port octet 300", "227 Entering Passive Mode (127,0,0,1,300,51)\r\n", "300", 0, ErrRange},
	{"host octet 256", "227 (256,0,0,1,4,51)\r\n", "256", 0, ErrRange},
	{"all too large", "227 Entering Passive Mode (1216,256,2,127,127,127)\r\n", "1216", 0, ErrRange},
	{"octets 257 and 999", "227 (212,27,32,66,257,243)\r\n", "257", 0, ErrRange},
	{"last octet too large", "227 (1,2,3,4,255,65535)\r\n", "65535", 0, ErrRange},
	{"host octet 999", "227 (999,0,0,1,4,51)\r\n", "999", 0, ErrRange},
	{"twenty digits", "227 (127,0,0,1,99999999999999999999,51)\r\n", "99999999999999999999", 0, ErrRange},
	{"too large in a fragment", "227 (1,160,256)\r\n", "256", 0, ErrRange},
	{"port 0 in a fragment", "227 (1,0,0)\r\n", "0,0", 0, ErrRange},
	{"signed octets", "227 (-127,0,0,1,4,-51)\r\n", "-1", 0, ErrSyntax},
	{"signed port", "227 (127,0,0,1,4,-51)\r\n", "-5", 0, ErrSyntax},
	{"plus sign", "227 (127,0,0,1,+4,51)\r\n", "+4", 0, ErrSyntax},
	{"five numbers", "227 (127,0,0,1,4)\r\n", "127,0,0,1,4", 0, ErrSyntax},
	{"four numbers", "227 Entering Passive Mode (192,168,0,1)\r\n", "192,168,0,1", 0, ErrSyntax},
	{"two numbers", "227 (4,51)\r\n", "4,51", 0, ErrSyntax},
	{"Arabic digits", "227 (١٢٧,٠,٠,١,٤,٥١)\r\n", "(١٢٧,٠,٠,١,٤,٥١)", 0, ErrMissing},
	{"cut off", "227 Entering Passive Mode (\r\n", "Entering Passive Mode (", 0, ErrMissing},
	{"parenthesis alone", "227 (\r\n", "(", 0, ErrMissing},
	{"parentheses the wrong way round", "227 )x(\r\n", ")x(", 0, ErrMissing},
	{"parentheses the wrong way round, spaced", "227 ) (\r\n", ") (", 0, ErrMissing},
	{"numbers between wrong parentheses", "227 Entering Passive Mode )1,2,3,4,5,6(\r\n", "1.2.3.4:1286", NoParentheses, nil},
	{"words", "227 ) foo bar (\r\n", ") foo bar (", 0, ErrMissing},
	{"empty", "227 \r\n", "", 0, ErrMissing},
	{"bare code", "227\r\n", "", 0, ErrMissing},
	{"last line of two", "227-listen socket created\r\n227 (127,0,0,1,154,21)\r\n", "127.0.0.1:39445", 0, nil},
	{"first line of two", "227-Entering Passive Mode (127,0,0,1,4,51)\r\n227 Go ahead\r\n", "127.0.0.1:1075", OtherLine, nil},
	{"interior line", "227-Passive\r\n Mode (127,0,0,1,4,51)\r\n227 End\r\n", "127.0.0.1:1075", OtherLine, nil},
	{"two lines: the last", "227-(127,0,0,1,4,51)\r\n227 (127,0,0,1,4,52)\r\n", "127.0.0.1:1076", 0, nil},
	{"two lines: the last is wrong", "227-(127,0,0,1,4,51)\r\n227 (127,0,0,1,4,300)\r\n", "300", 0, ErrRange},
}

func TestPlainPASV(t *testing.T) {
	texts := []string{"Entering Passive Mode (127,0,0,1,158,113).", "ok (10,1,2,3,0,21)", "Entering Passive Mode. (1,2,3,4,5,6)"}
	testShortWay(t, texts, "0129*(),. -+x", func(text []byte) bool {
		p, ok := plainPASV(text)
		if !ok {
			return false
		}
		// A digit before the list forces the long way.
		long, d, f := readPASV(append([]byte("x0 "), text...))
		if p != long || d != DigitsBefore || f.err != nil {
			t.Errorf("%q: %v, and the long way %v, %v, %v", text, p, long, d, f.err)
		}
		return true
	})
}
