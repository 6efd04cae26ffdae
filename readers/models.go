package readers

// models has one entry for each program. The versions are those that were run.
var models = []Model{
	{
		Name: "curl", Version: "7.88.1",
		Source: "lib/pingpong.c, Curl_pp_readresp; lib/ftp.c, ftp_endofresp: a line of three digits and a space ends every reply",
		total:  299_999,
		judge: func(r *Reader, l line) verdict {
			code, ok := l.code()
			if !ok || l.at(3) != ' ' || code == 0 {
				return more // code 000 is no code to curl
			}
			r.code = code
			return done
		},
	},
	{
		Name: "wget", Version: "1.21.3",
		Source: "src/ftp-basic.c, ftp_response: as curl; a line has at most 4,095 bytes",
		lines:  lines{most: 4094},
		judge: func(r *Reader, l line) verdict {
			code, ok := l.code()
			if !ok || l.at(3) != ' ' {
				return more
			}
			r.code = code
			return done
		},
	},
	{
		Name: "lftp", Version: "4.9.2",
		Source:       "src/ftpclass.cc, ReceiveResp: CR LF ends a line; inside a multi-line reply any code and a space end it (ftp:strict-multiline is off)",
		DropsUnasked: true,
		lines:        lines{ending: crlf, telnet: removed, keepsLast: true},
		judge: func(r *Reader, l line) verdict {
			code, ok := l.code()
			switch {
			case !ok || code == 0:
				return more
			case !r.open && l.at(3) == '-':
				r.open = true
				return more
			case r.open && l.at(3) != ' ':
				return more
			}
			r.code = code
			return done
		},
	},
	{
		Name: "ncftp", Version: "3.2.6",
		Source: "libncftp/rcmd.c, GetResponse: the code of the first line without a hyphen ends a reply",
		judge: func(r *Reader, l line) verdict {
			for l.at(0) == 0 && !l.empty() || l.at(0) == '\r' {
				l.drop() // NUL and CR do not count
			}
			code, ok := l.code()
			switch {
			case r.open && ok && code == r.opener && l.at(3) != '-':
				return done
			case r.open, l.empty():
				return more
			case !ok:
				code = 100 * int(l.at(0)-'0') // the first byte is the class
			}
			r.code, r.class = code, int(l.at(0)-'0')
			if ok && l.at(3) == '-' {
				r.open, r.opener = true, code
				return more
			}
			return done
		},
	},
	{
		Name: "tnftp", Version: "20210827",
		Source: "src/ftp.c, getreply of BSD: every line is a reply; a hyphen at the fourth place continues it until the same code without a hyphen",
		lines:  lines{telnet: dropped},
		judge:  bsdReply,
	},
	{
		Name: "inetutils ftp", Version: "2.4",
		Source: "ftp/ftp.c, getreply of BSD, as tnftp",
		lines:  lines{telnet: dropped},
		judge:  bsdReply,
	},
	{
		Name: "Python ftplib", Version: "3.11.2",
		Source: "Lib/ftplib.py, getline, getmultiline, getresp: text mode with universal newlines and UTF-8; at most 8192 characters a line",
		lines:  lines{ending: universal, most: 8192, utf8: true, keepsLast: true},
		judge: func(r *Reader, l line) verdict {
			code, ok := l.code()
			if r.open {
				if !ok || code != r.opener || l.at(3) == '-' {
					return more
				}
				return done
			}
			if !ok {
				code = 100 * int(l.at(0)-'0') // the first digit is enough
			}
			r.code = code
			switch first := l.at(0); {
			case l.at(3) == '-':
				r.open, r.opener = true, code
				return more
			case first < '1' || first > '5':
				return fail
			}
			return done
		},
	},
	{
		Name: "Perl Net::FTP", Version: "3.14",
		Source: "Net/Cmd.pm, response, and Net/FTP.pm, parse_response: three digits begin a reply; a line with a code and no hyphen ends it; lines without a code belong to the reply",
		judge: func(r *Reader, l line) verdict {
			code, ok := l.code()
			if !ok {
				return more
			}
			r.code = code
			if l.at(3) == '-' {
				return more
			}
			return done
		},
	},
	{
		Name: "basic-ftp", Version: "6.2.6",
		Source:       "src/parseControlResponse.ts: ddd and a space, or ddd alone, is a reply; ddd and a hyphen opens one until the same code and a space, or alone",
		DropsUnasked: true,
		lines:        lines{perRead: true, strictCR: true},
		open:         64 << 10,
		judge: func(r *Reader, l line) verdict {
			code, ok := l.code()
			separator := l.at(3)
			ends := ok && (separator == ' ' || l.length-l.crs == 3)
			switch {
			case r.open && ends && code == r.opener, !r.open && ends:
				r.code = code
				return done
			case !r.open && ok && separator == '-':
				r.open, r.opener = true, code
			}
			return more
		},
	},
	{
		Name: "Go net/textproto", Version: "1.26.8",
		Source: "net/textproto/reader.go, ReadResponse: four bytes at least, a hyphen continues the reply until the same code and a space",
		lines:  lines{strictCR: true, keepsLast: true},
		judge: func(r *Reader, l line) verdict {
			code, ok := l.code()
			short := l.length-l.crs < 4 || l.at(3) != ' ' && l.at(3) != '-'
			if r.open {
				if short || !ok || code < 100 || code != r.opener || l.at(3) == '-' {
					return more
				}
				return done
			}
			valid := ok && code >= 100
			switch {
			case short:
				return fail
			case l.at(3) == '-': // even with an invalid code, which no line can end
				r.open, r.opener, r.code = true, -1, code
				if valid {
					r.opener = code
				}
				return more
			case !valid:
				return fail
			}
			r.code = code
			return done
		},
	},
}

// bsdReply is getreply of the BSD client and its descendants. A code counts only digits, so
// a line without any is a reply too.
func bsdReply(r *Reader, l line) verdict {
	code := 0
	for i := range 3 {
		if digit := l.at(i) - '0'; digit <= 9 {
			code = 10*code + int(digit)
		}
	}
	if l.at(3) == '-' {
		if r.open {
			code = 0
		}
		r.open = true
	}
	if r.open && code != r.opener {
		if r.opener == 0 {
			r.opener, r.code = code, code
		}
		return more
	}
	r.code = code
	return done
}
