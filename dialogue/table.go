package dialogue

import (
	"cmp"
	"strings"

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
// The lists along that chain are joined once, in the order in which they decide:
// what a document rules out by name, then what is allowed, then what is known in
// the wild. A code is judged by the first listing that has it.

// A command is an entry of the table.
type command struct {
	name      string // the verb; in lower case what is no command
	like      string // the entry whose replies hold too; optional when empty
	open      bool   // gets the replies of a command that is not known here
	arguments []word // those that change what it may get
	forbidden []listing
	allowed   []listing
	wild      []listing

	parent    *command // the entry that like names
	known     []known  // all listings of the chain, code by code
	classes   classSet // the first digits of what its own documents allow
	transfers bool     // opens a data connection
}

// A listing is a number of codes with one standing and one source.
type listing struct {
	codes    codes
	stage    Stage
	argument argument // the listing holds with this argument only
	source   string
	servers  string
}

type codes = []ftpreply.Code

// any4yz in a listing stands for every 4yz.
const any4yz = ftpreply.Code(ftpreply.TransientNegative)

// A known is one code of a listing.
type known struct {
	code     ftpreply.Code
	stage    Stage
	argument argument
	standing Standing
	listing  *listing
}

// An argument is one that changes what a command may get.
type argument uint8

const (
	anyArgument argument = iota
	argAll               // EPSV ALL: RFC 2428, section 4
	argTLS               // AUTH TLS: RFC 4217, section 4.1
)

// A word is how an argument is written.
type word struct {
	text     string
	argument argument
}

// A place is all that decides whether a listing holds for a reply.
type place struct {
	argument    argument
	preliminary bool // the preliminary reply has come
	restart     bool // the command is a transfer and follows REST
}

// place returns the place at which the stage is.
func (s Stage) place(arg argument) place {
	return place{arg, s == AfterPreliminary, s == AfterRestart}
}

// A ruling is what the table says of one code at one place.
type ruling struct {
	standing Standing
	reason   Reason
	listing  *listing // nil when no list has the code
}

// judge looks a code up. A code that is listed at another stage only is wrong,
// but it is the command's own: the ruling has that listing.
func (c *command) judge(at place, code ftpreply.Code) ruling {
	var elsewhere *listing
	for i := range c.known {
		switch k := &c.known[i]; {
		case !k.is(code) || k.argument != anyArgument && k.argument != at.argument:
		case k.holds(at):
			return ruling{k.standing, reasonOf[k.standing], k.listing}
		case elsewhere == nil:
			elsewhere = k.listing
		}
	}
	if elsewhere != nil {
		return ruling{Wrong, WrongStage, elsewhere}
	}
	return c.judgeUnlisted(code)
}

// reasonOf is what a listed code of a standing is reported as.
var reasonOf = [...]Reason{Wrong: CodeNotListed, InTheWild: CodeInTheWild, Allowed: None}

// is reports whether k stands for the code.
func (k *known) is(code ftpreply.Code) bool {
	if k.code == any4yz {
		return code.Class() == ftpreply.TransientNegative
	}
	return k.code == code
}

// decides reports whether k, and no listing before it, judges its code.
func (c *command) decides(k *known, arg argument) bool {
	return k.code == any4yz || c.judge(k.stage.place(arg), k.code).listing == k.listing
}

// holds reports whether k is for the place's stage.
func (k *known) holds(at place) bool {
	switch k.stage {
	case AfterPreliminary:
		return at.preliminary
	case AfterRestart:
		return at.restart && !at.preliminary
	}
	return !at.preliminary
}

// judgeUnlisted judges a code by its first digit. A negative reply may answer
// any command; the other classes only where the diagrams of RFC 959, section 6,
// and of later RFCs have an arrow for them.
func (c *command) judgeUnlisted(code ftpreply.Code) ruling {
	switch {
	case !c.allows(code.Class()):
		return ruling{Wrong, WrongClass, nil}
	case c.open:
		return ruling{Allowed, None, nil}
	}
	return ruling{Wrong, CodeNotListed, nil}
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

// allows reports whether the command has an arrow for the class.
func (c *command) allows(class ftpreply.Class) bool { return c.classes.has(class) }

// verb returns the verb, or nothing for an entry that is no command.
func (c *command) verb() string {
	if c.name[0] > 'Z' {
		return ""
	}
	return c.name
}

// argument finds the argument that the command's replies depend on.
func (c *command) argument(text string) argument {
	for _, w := range c.arguments {
		if first, _, _ := strings.Cut(text, " "); strings.EqualFold(first, w.text) {
			return w.argument
		}
	}
	return anyArgument
}

// verbs finds an entry by its packed verb.
var verbs = link()

// A verbTable is a hash table of packed verbs, of which a quarter of the places is
// taken. An empty place stands for the unknown verb.
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

// The entries that the order of replies depends on.
var (
	abor = lookup("ABOR")
	quit = lookup("QUIT")
	rest = lookup("REST")
	stat = lookup("STAT")
)

// lookup returns the index of the verb's entry; an unknown verb has one too.
func lookup(verb string) uint8 { return verbs[verbs.place(pack(verb))].entry }

// pack puts a verb in upper case into a word. No verb of the table is longer
// than eight letters; a longer one is packed as 0 and is not found.
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
	byName := make(map[string]*command, len(commands))
	for i := range commands {
		c := &commands[i]
		byName[c.name] = c
		if c.verb() != "" {
			packed := pack(c.name)
			place := &verbs[verbs.place(packed)]
			place.packed, place.entry = packed, uint8(i)
		}
	}
	for i := range commands {
		c := &commands[i]
		c.parent = byName[cmp.Or(c.like, commands[optional].name)]
	}
	for i := range commands {
		commands[i].join()
		commands[i].sumUp()
	}
	return verbs
}

// join puts the lists of the chain into one.
func (c *command) join() {
	for _, standing := range [...]Standing{Wrong, Allowed, InTheWild} {
		for k := c; k != nil; k = k.parent {
			c.add(standing, k.lists(standing))
		}
	}
}

func (c *command) add(standing Standing, lists []listing) {
	for i := range lists {
		l := &lists[i]
		for _, code := range l.codes {
			c.known = append(c.known, known{code, l.stage, l.argument, standing, l})
		}
	}
}

// lists returns the entry's own lists with one standing.
func (c *command) lists(standing Standing) []listing {
	return [...][]listing{Wrong: c.forbidden, InTheWild: c.wild, Allowed: c.allowed}[standing]
}

// sumUp finds what the chain of lists says of the whole command: whether it
// transfers data, and the arrows of its state diagram. RFC 959, section 6, has an
// arrow for a class if and only if section 5.4 lists a code of that class; what
// may answer every command is no arrow.
func (c *command) sumUp() {
	c.classes = negativeReplies
	if c.open {
		c.classes = everyReply
	}
	for k := c; k != nil && k != &commands[optional] && k != &commands[every]; k = k.parent {
		c.transfers = c.transfers || k == &commands[transfer]
		for _, l := range k.allowed {
			for _, code := range l.codes {
				if code != any4yz {
					c.classes |= 1 << code.Class()
				}
			}
		}
	}
}
