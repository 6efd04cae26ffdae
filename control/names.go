package control

import "bytes"

// This file finds in the text of a reply the command that it names, as in
//
//	502 'help' not implemented
//	550 pub/readme.txt: no such file
//
// It is asked only where a reply may belong to more than one command.

// A strength says how clearly a text names a command.
type strength uint8

const (
	notNamed strength = iota
	loosely           // the verb is one of its words: it may be prose, as in "200 Type set to I"
	clearly           // the verb is quoted or leads in upper case, or the argument is there
)

func (s strength) cost() int { return [...]int{0, costNamesLoosely, costNamesAnother}[s] }

// A naming is the strength for one command.
type naming struct {
	number int64
	strength
}

const (
	maxNamed    = 256 // bytes of the text that are looked at
	minArgument = 3   // a shorter argument is found by accident
)

// names returns how clearly the reply names the command. It looks once for each.
func (p *hindsight) names(number int64, r *reply) strength {
	for i := range p.named {
		if p.named[i].number == number {
			return p.named[i].strength
		}
	}
	p.steps += 4
	s := notNamed
	if number > 0 && p.line != nil {
		verb, argument, _ := bytes.Cut(bytes.TrimLeft(p.line(number), " \t"), []byte(" "))
		text, _, _ := bytes.Cut(r.text[:min(len(r.text), maxNamed)], []byte("\r\n"))
		s = nameVerb(text, verb)
		if r.failure { // others name a path for many reasons
			s = max(s, nameArgument(text, argument))
		}
	}
	p.named = append(p.named, naming{number, s})
	return s
}

func nameVerb(text, verb []byte) (s strength) {
	for at := range words(text, verb, true) {
		end := at + len(verb)
		quoted := at > 0 && end < len(text) && isQuote(text[at-1]) && isQuote(text[end])
		leads := at == 0 && bytes.Equal(text[:end], bytes.ToUpper(verb))
		if quoted || leads {
			return clearly
		}
		s = loosely
	}
	return s
}

func nameArgument(text, argument []byte) strength {
	if len(argument) >= minArgument {
		for range words(text, argument, false) {
			return clearly
		}
	}
	return notNamed
}

func isQuote(b byte) bool { return b == '\'' || b == '"' || b == '`' }

// words yields where the word is in the text, not within another word.
func words(text, word []byte, fold bool) func(func(int) bool) {
	return func(yield func(int) bool) {
		for at := 0; len(word) > 0 && at+len(word) <= len(text); at++ {
			end := at + len(word)
			found := text[at:end]
			if fold && !bytes.EqualFold(found, word) || !fold && !bytes.Equal(found, word) {
				continue
			}
			if (at == 0 || !isWordByte(text[at-1])) && (end == len(text) || !isWordByte(text[end])) && !yield(at) {
				return
			}
		}
	}
}

func isWordByte(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z' || b >= 0x80
}
