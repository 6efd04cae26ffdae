package payload

// maxOctets is the number of numbers that a list keeps. The list of a 228 for IPv6 has 21,
// and the other families of RFC 1639 have no much longer addresses.
const maxOctets = 32

// A numberList is a run of comma-separated numbers in a text: "127,0,0,1,4,51".
type numberList struct {
	octets     [maxOctets]byte
	count      int // of all numbers, including those that are not kept
	from, to   int // in the text
	tolerances Tolerance
	bad        fault  // the first number that is not an octet; if find fails, its fault
	source     string // of the rule
}

// find reads the first list of at least that many numbers. It skips shorter ones, because
// prose may have digits and commas too. If it finds no list, bad is a fault at the longest of
// the shorter ones.
func (l *numberList) find(text []byte, least int, source string) bool {
	digits := Tolerance(0)
	short := fault{ErrMissing, 0, len(text), source}
	for i, longest := 0, 1; i < len(text); i++ {
		if !isDigit(text[i]) {
			continue
		}
		l.scan(text, i, source)
		if l.count >= least {
			l.tolerances |= digits
			return true
		}
		if l.count > longest {
			longest, short = l.count, fault{ErrSyntax, l.from, l.to, source}
		}
		digits = DigitsBefore
		i = l.to
	}
	l.bad = short
	return false
}

// scan reads the list that begins at text[i].
func (l *numberList) scan(text []byte, i int, source string) {
	l.from, l.to, l.source = i, i, source
	l.count, l.tolerances, l.bad = 0, 0, fault{}
	if c := at(text, i-1); c == '-' || c == '+' {
		l.from--
		l.blame(ErrSyntax, l.from, i+1)
	}
	for space := Tolerance(0); ; {
		end := l.number(text, i)
		if end == i {
			return
		}
		l.to = end
		l.tolerances |= space
		comma := skipBlanks(text, end)
		if at(text, comma) != ',' {
			return
		}
		if i = skipBlanks(text, comma+1); i > end+1 {
			space = ExtraSpace
		}
	}
}

// number reads one number of the list and returns the index after it, which is i if there is
// no number. Some servers print signed octets by mistake; a sign is a fault.
func (l *numberList) number(text []byte, i int) int {
	if c := at(text, i); (c == '-' || c == '+') && isDigit(at(text, i+1)) {
		l.blame(ErrSyntax, i, i+2)
		i++
	}
	value, end := uint(0), i
	for ; end < len(text) && isDigit(text[end]); end++ {
		value = min(value*10+uint(text[end]-'0'), 256)
	}
	switch {
	case end == i:
		return i
	case value > 255:
		l.blame(ErrRange, i, end)
	case end > i+1 && text[i] == '0':
		l.tolerances |= LeadingZeros
	}
	if l.count < maxOctets {
		l.octets[l.count] = byte(value)
	}
	l.count++
	return end
}

// blame notes the fault of a number unless an earlier number has one.
func (l *numberList) blame(reason error, from, to int) {
	if l.bad.err == nil {
		l.bad = fault{reason, from, to, l.source}
	}
}

// judge returns the fault of a list that is a host and a port.
func (l *numberList) judge(port uint16) fault {
	if l.bad.err == nil && port == 0 {
		return fault{ErrRange, l.from, l.to, l.source}
	}
	return l.bad
}

// around judges the parentheses of the list.
func (l *numberList) around(text []byte) Tolerance {
	before, after := l.from-1, skipBlanks(text, l.to)
	for isBlank(at(text, before)) {
		before--
	}
	switch {
	case at(text, before) != '(' || at(text, after) != ')':
		return NoParentheses
	case before < l.from-1 || after > l.to:
		return ExtraSpace
	default:
		return 0
	}
}
