package payload

// isDigit reports whether c is an ASCII digit, the only digits that FTP has.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isBlank reports whether c is a SP or a TAB.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isControl reports whether c is an ASCII control character, TAB included.
func isControl(c byte) bool { return c < ' ' || c == 0x7f }

// at gives the byte b[i], or 0 where there is none.
func at(b []byte, i int) byte {
	if i < 0 || i >= len(b) {
		return 0
	}
	return b[i]
}

// skipBlanks gives the first index from i on where b has no SP and no TAB.
func skipBlanks(b []byte, i int) int {
	for i < len(b) && isBlank(b[i]) {
		i++
	}
	return i
}

// scanNumber reads the digits of b from i on; end is the index behind the last of
// them, i when there is none. ok is false when 64 bits do not hold the number.
func scanNumber(b []byte, i int) (n uint64, end int, ok bool) {
	const most = 1<<64 - 1
	for ok = true; i < len(b) && isDigit(b[i]); i++ {
		digit := uint64(b[i] - '0')
		if n > (most-digit)/10 {
			ok = false
		}
		n = n*10 + digit
	}
	return n, i, ok
}

// equalFold reports whether b and s are equal but for the case of ASCII letters.
func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range len(b) {
		if lower(b[i]) != lower(s[i]) {
			return false
		}
	}
	return true
}

// lower gives the small letter of an ASCII letter and every other byte as it is.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
