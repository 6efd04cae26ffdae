package dialogue

import (
	"cmp"

	"github.com/ftpreply/ftpreply"
)

// This file reads the table of replies.go.
//
// An entry has lists of its own, and a parent whose lists hold for it too:
//
//	XMKD -> MKD -> optional -> every
//	NLST -> LIST -> transfer -> every
//	TYPE -> every
//	greeting
//
// The lists along that chain are joined once, in the order in which they decide. Those of
// an entry come before those of its parent. Within an entry, listings for one argument come
// first, then the codes that a document rules out, the codes that one allows, and the codes
// that are known in the wild. The first listing that has a code judges it.
//
// The servers of a listing were seen to send its codes to exactly this command. They are not
// inherited.

// An entry is a command of the table, or a list that several commands share.
type entry struct {
	name      string // the verb; in lower case for entries that are not commands
	like      string // the entry whose lists hold too; optional when empty
	open      bool   // gets the replies of a command that is not known here
	arguments []word // those that change the replies
	forbidden []listing
	allowed   []listing
	wild      []listing

	parent    *entry   // the entry that like names
	known     []known  // all listings of the chain, code by code
	classes   classSet // the first digits that its own documents allow
	transfers bool     // opens a data connection
}

// A listing is a set of codes with one standing and one source.
type listing struct {
	codes    codes
	stage    Stage
	argument argument // the listing holds with this argument only
	source   string
	servers  string
}

type codes = []ftpreply.Code

// any4yz in a listing means every 4yz.
const any4yz = ftpreply.Code(ftpreply.TransientNegative)

// A known is one code of a listing. The code is 0 for rules that do not depend on the code.
type known struct {
	code     ftpreply.Code
	stage    Stage
	argument argument
	standing Standing
	source   string
	servers  string
}

// An argument is one that changes the replies of its command.
type argument uint8

const (
	anyArgument argument = iota
	argAll               // EPSV ALL: RFC 2428, section 4
	argTLS               // AUTH TLS: RFC 4217, section 4.1
)

// A word is the spelling of an argument.
type word struct {
	text     string
	argument argument
}

// reasonOf is the reason for a listed code of each standing.
var reasonOf = [...]Reason{Wrong: CodeNotListed, InTheWild: CodeInTheWild, Allowed: None}

// is reports whether k includes the code.
func (k *known) is(code ftpreply.Code) bool {
	if k.code == any4yz {
		return code.Class() == ftpreply.TransientNegative
	}
	return k.code == code
}

// holds reports whether k applies at the stage. A listing for the first reply also applies
// to the first reply after REST.
func (k *known) holds(at Stage) bool {
	return k.stage == at || k.stage == First && at == AfterRestart
}

// A classSet is a set of first digits, one bit each.
type classSet uint8

func (s classSet) has(c ftpreply.Class) bool { return c < 8 && s>>c&1 != 0 }

// Sets of first digits.
const (
	negativeReplies classSet = 1<<ftpreply.TransientNegative | 1<<ftpreply.PermanentNegative
	everyReply      classSet = negativeReplies | 1<<ftpreply.Preliminary | 1<<ftpreply.Completion |
		1<<ftpreply.Intermediate | 1<<ftpreply.Protected
)

// isCommand reports whether the entry is a command that a client can send.
func (e *entry) isCommand() bool { return e.name[0] <= 'Z' }

// verbs finds an entry by its packed verb.
var verbs = link()

// A verbTable is a hash table of packed verbs. A quarter of its places is taken; an empty
// place leads to the unknown verb.
type verbTable [1 << verbBits]struct {
	packed uint64
	entry  uint8
}

const verbBits = 9

// place is the index of the verb, or of the empty place where it would be.
func (t *verbTable) place(packed uint64) uint64 {
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	i := packed * golden >> (64 - verbBits)
	for t[i].packed != packed && t[i].packed != 0 {
		i = (i + 1) % uint64(len(t))
	}
	return i
}

// pack puts a verb in upper case into a word. The verbs of the table have at most eight
// letters; a longer one is packed as 0 and is not found.
func pack(verb string) (packed uint64) {
	if len(verb) > 8 {
		return 0
	}
	for i := range len(verb) {
		b := verb[i]
		if 'a' <= b && b <= 'z' {
			b -= 'a' - 'A'
		}
		packed = packed<<8 | uint64(b)
	}
	return packed
}

// link joins the entries with those that they name, and indexes the verbs.
func link() *verbTable {
	verbs := new(verbTable)
	byName := make(map[string]*entry, len(table))
	for i := range table {
		e := &table[i]
		byName[e.name] = e
		if e.isCommand() {
			packed := pack(e.name)
			place := &verbs[verbs.place(packed)]
			place.packed, place.entry = packed, uint8(i)
		}
	}
	for i := range table {
		e := &table[i]
		e.parent = byName[cmp.Or(e.like, table[optional].name)]
	}
	for i := range table {
		table[i].join()
		table[i].sumUp()
	}
	return verbs
}

// join puts the lists of the chain into one.
func (e *entry) join() {
	for k := e; k != nil; k = k.parent {
		for _, general := range [...]bool{false, true} {
			for _, standing := range [...]Standing{Wrong, Allowed, InTheWild} {
				for _, l := range k.lists(standing) {
					if (l.argument == anyArgument) != general {
						continue
					}
					if k != e {
						l.servers = ""
					}
					for _, code := range l.codes {
						e.known = append(e.known, known{code, l.stage, l.argument, standing, l.source, l.servers})
					}
				}
			}
		}
	}
}

// lists returns the entry's own lists with one standing.
func (e *entry) lists(standing Standing) []listing {
	return [...][]listing{Wrong: e.forbidden, InTheWild: e.wild, Allowed: e.allowed}[standing]
}

// sumUp sets transfers and classes from the chain of lists. RFC 959, section 6, has an
// arrow for a class if and only if section 5.4 lists a code of that class; the codes that
// may answer every command do not count.
func (e *entry) sumUp() {
	e.classes = negativeReplies
	if e.open {
		e.classes = everyReply
	}
	for k := e; k != nil && k != &table[optional] && k != &table[every]; k = k.parent {
		e.transfers = e.transfers || k == &table[transfer]
		for _, l := range k.allowed {
			for _, code := range l.codes {
				if code != any4yz {
					e.classes |= 1 << code.Class()
				}
			}
		}
	}
}
