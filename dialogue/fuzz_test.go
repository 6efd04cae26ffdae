package dialogue

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/ftpreply/ftpreply"
)

// An event is an input of a Sequencer. Two bytes of fuzz input make one.
type event struct{ kind, value byte }

// Events are spread over commands and replies; those of the table are the most
// frequent, because they lead to the interesting states.
const (
	evKnownVerb = iota
	evOddVerb
	evCommonCode
	evAnyCode
	evRare
	evKinds
)

var (
	fuzzVerbs = slices.AppendSeq([]string{"EPSV ALL", "AUTH TLS", "FOO"}, Verbs())
	fuzzCodes = []ftpreply.Code{110, 120, 125, 150, 200, 202, 211, 213, 215, 220, 221, 225, 226, 227, 229, 230, 234,
		235, 250, 257, 331, 332, 334, 335, 350, 421, 425, 426, 450, 451, 500, 501, 502, 503, 530, 550, 553, 554, 632}
)

// apply records an event, and returns the verdict of a reply.
func (e event) apply(s *Sequencer) (v Verdict) {
	switch e.kind % evKinds {
	case evKnownVerb:
		verb, arg, _ := strings.Cut(fuzzVerbs[int(e.value)%len(fuzzVerbs)], " ")
		s.Command(verb, arg)
	case evOddVerb:
		s.Command(string(make([]byte, e.value%12)), string([]byte{e.value}))
	case evCommonCode:
		return *s.Reply(fuzzCodes[int(e.value)%len(fuzzCodes)])
	case evAnyCode:
		return *s.Reply(ftpreply.Code(int(e.value) * 257))
	case evRare:
		switch e.value {
		case 0:
			s.Gap()
		case 1:
			s.HangUp()
		}
	}
	return v
}

func eventsOf(data []byte) []event {
	data = data[:min(len(data), 2*8*room)]
	events := make([]event, 0, len(data)/2)
	for pair := range slices.Chunk(data, 2) {
		if len(pair) == 2 {
			events = append(events, event{pair[0], pair[1]})
		}
	}
	return events
}

// checkInvariants checks the invariants between two calls.
func checkInvariants(t *testing.T, s *Sequencer) {
	t.Helper()
	if !(0 <= s.base && s.base <= s.head && s.head <= s.stored && s.stored <= s.told) {
		t.Fatalf("order: base %d head %d stored %d told %d", s.base, s.head, s.stored, s.told)
	}
	if s.stored-s.head > Waiting || s.stored-s.base > room {
		t.Fatalf("room: base %d head %d stored %d", s.base, s.head, s.stored)
	}
	owed, overtaken := int64(0), 0
	for n := s.head; n < s.stored; n++ {
		switch s.at(n).state {
		case overtakenState:
			overtaken++
			owed++
		case awaited:
			owed++
		case vacant:
			t.Fatalf("command %d has no slot", n)
		}
	}
	if owed += s.told - s.stored; int(owed) != s.owed || overtaken != s.overtaken {
		t.Fatalf("counted %d owed, %d overtaken; kept %d, %d", owed, overtaken, s.owed, s.overtaken)
	}
	if n := len(slices.Collect(s.Pending())); n != s.Owed() {
		t.Fatalf("%d pending, %d owed", n, s.Owed())
	}
}

const overtakenState = overtaken

// checkVerdict checks the properties of every verdict.
func checkVerdict(t *testing.T, s *Sequencer, v Verdict) {
	t.Helper()
	switch {
	case v.Command < Nobody || v.Command >= s.told:
		t.Fatalf("%+v: no such command", v)
	case v.Standing == Unjudged && v.Reason != None && v.Reason != NoRoom:
		t.Fatalf("%+v: not judged, with a reason", v)
	case v.Standing != Unjudged && (v.Standing == Allowed) != (v.Reason == None):
		t.Fatalf("%+v: reason and standing do not agree", v)
	case v.Standing == Allowed && v.Source() == "":
		t.Fatalf("%+v: allowed by no document", v)
	}
}

// FuzzSequencer records random dialogues: no panic, the books agree, and the
// verdicts on a prefix are the same when the rest is missing.
func FuzzSequencer(f *testing.F) {
	for _, tt := range slices.Concat(scripts, fieldReports) {
		f.Add(fuzzInput(tt.script))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		events := eventsOf(data)
		var whole Sequencer
		verdicts := make([]Verdict, len(events))
		for i, e := range events {
			verdicts[i] = e.apply(&whole)
			if e.isReply() {
				checkVerdict(t, &whole, verdicts[i])
			}
			for p := range whole.Missed() {
				if p.Command < 0 || p.Command >= whole.told {
					t.Fatalf("missed %+v", p)
				}
			}
			checkInvariants(t, &whole)
		}
		var prefix Sequencer
		for i, e := range events[:len(events)/2] {
			if v := e.apply(&prefix); v != verdicts[i] {
				t.Fatalf("event %d: %+v in the whole, %+v in the prefix", i, verdicts[i], v)
			}
		}
	})
}

func (e event) isReply() bool {
	return e.kind%evKinds == evCommonCode || e.kind%evKinds == evAnyCode
}

// fuzzInput writes a script as fuzz input.
func fuzzInput(script string) (data []byte) {
	for line := range strings.Lines(script) {
		switch f := strings.Fields(line); {
		case len(f) < 2:
		case f[0] == ">":
			verb := strings.ToUpper(f[1])
			data = append(data, evKnownVerb, byte(max(0, slices.Index(fuzzVerbs, verb))))
		case f[0] == "<":
			i := slices.IndexFunc(fuzzCodes, func(c ftpreply.Code) bool { return c.String() == f[1] })
			data = append(data, evCommonCode, byte(max(0, i)))
		}
	}
	return data
}

// A Sequencer takes the same memory for every input: it has no field that
// points anywhere but into the table.
func TestSequencerIsFlat(t *testing.T) {
	var flat func(reflect.Type) bool
	flat = func(typ reflect.Type) bool {
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				if !flat(typ.Field(i).Type) {
					return false
				}
			}
			return true
		case reflect.Array:
			return flat(typ.Elem())
		case reflect.Pointer:
			return typ.Elem() == reflect.TypeFor[known]()
		case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint8, reflect.Uint16:
			return true
		}
		return false
	}
	typ := reflect.TypeFor[Sequencer]()
	if !flat(typ) {
		t.Error("a field points to memory")
	}
	if typ.Size() > 640 {
		t.Errorf("%d bytes", typ.Size())
	}
}

// Replies that the documents allow, in the order of the commands, are all given to
// their command, however the commands run ahead.
func TestOrderedDialogue(t *testing.T) {
	properties := gopter.NewProperties(gopter.DefaultTestParameters())
	properties.Property("ordered replies are in order", prop.ForAll(
		func(choices []uint16) string { return playOrdered(choices) },
		gen.SliceOf(gen.UInt16()),
	))
	properties.TestingRun(t)
}

// playOrdered records commands and their allowed final replies, interleaved as the
// choices say, and returns the first fault.
func playOrdered(choices []uint16) string {
	var s Sequencer
	s.Reply(220)
	var queue []ftpreply.Code
	answered, told := int64(0), int64(0)
	for _, choice := range choices {
		if choice&1 == 0 || len(queue) == 0 {
			verb := fuzzVerbs[int(choice>>8)%len(fuzzVerbs)]
			finals := finalReplies(verb)
			if verb == "QUIT" || len(finals) == 0 || len(queue) == Waiting {
				continue
			}
			name, arg, _ := strings.Cut(verb, " ")
			told = s.Command(name, arg)
			queue = append(queue, finals[int(choice>>1)%len(finals)])
			continue
		}
		answered++
		v := *s.Reply(queue[0])
		queue = queue[1:]
		if v.Command != answered || v.Reason != None && v.Reason != CodeInTheWild {
			return v.Reason.String()
		}
	}
	if s.Owed() != int(told-answered) || !s.Aligned() || s.Unsolicited() != 0 {
		return "books do not agree"
	}
	return ""
}

// finalReplies returns the final replies that may come first.
func finalReplies(verb string) (finals []ftpreply.Code) {
	for e := range Expect(verb) {
		if e.Standing == Allowed && e.Stage == First && e.Code > 200 && e.Code != 421 && e.Code < 600 {
			finals = append(finals, e.Code)
		}
	}
	return finals
}

// Endless pipelining: the commands are counted, their replies given to them in
// order, and judged again when there is room.
func TestNoRoom(t *testing.T) {
	const many = 10 * room
	var s Sequencer
	s.Reply(220)
	for range many {
		s.Command("NOOP", "")
	}
	if s.Owed() != many {
		t.Fatalf("%d owed", s.Owed())
	}
	for n := int64(1); n <= many; n++ {
		v := *s.Reply(200)
		verb, source := "NOOP", "RFC 959, section 5.4"
		want := Verdict{Command: n, Ruling: Ruling{Standing: Allowed}, Final: true}
		if n > Waiting {
			verb, source = "", ""
			want = Verdict{Command: n, Ruling: Ruling{Reason: NoRoom}, Final: true}
		}
		got := v
		got.Of, got.on = Command{}, nil
		if got != want || v.Verb() != verb || v.Source() != source || v.Servers() != "" {
			t.Fatalf("reply %d: %+v (%s, %s), want %+v (%s, %s)", n, v, v.Verb(), v.Source(), want, verb, source)
		}
		checkInvariants(t, &s)
	}
	s.Command("PWD", "")
	if v := s.Reply(257); v.Reason != None || v.Verb() != "PWD" || !s.Aligned() {
		t.Errorf("after all that: %+v", v)
	}
}

// A full ring of overtaken commands gives them up rather than the new one.
func TestOvertakenMakeRoom(t *testing.T) {
	var s Sequencer
	s.Reply(220)
	for range Waiting - 1 {
		s.Command("NOOP", "")
	}
	s.Command("PWD", "")
	s.Reply(257)
	s.Command("SYST", "")
	if n := len(slices.Collect(s.Missed())); n != Waiting-1 {
		t.Errorf("%d missed", n)
	}
	if v := s.Reply(215); v.Verb() != "SYST" || v.Reason != None {
		t.Errorf("%+v", v)
	}
}

func TestFirstDigit(t *testing.T) {
	s := Sequencer{FirstDigit: true}
	s.Reply(220)
	for _, tt := range []struct {
		verb string
		code ftpreply.Code
		want Reason
	}{
		{"CWD", 299, None},
		{"CWD", 599, None},
		{"CDUP", 250, CodeInTheWild},
		{"CWD", 399, WrongClass},
	} {
		s.Command(tt.verb, "")
		if v := s.Reply(tt.code); v.Reason != tt.want {
			t.Errorf("%s %d: %v, want %v", tt.verb, tt.code, v.Reason, tt.want)
		}
	}
	s.Gap()
	if !s.FirstDigit {
		t.Error("a gap changed the mode")
	}
}

func TestNumbers(t *testing.T) {
	var s Sequencer
	if n := s.Command("USER", "u"); n != 1 {
		t.Errorf("first command is %d", n)
	}
	s.Gap()
	if n := s.Command("PWD", ""); n != 2 {
		t.Errorf("command after a gap is %d", n)
	}
	if s.Owed() != 1 {
		t.Errorf("%d owed after a gap", s.Owed())
	}
	for range s.Pending() {
		break
	}
}

// session is a dialogue with every kind of event.
func session(s *Sequencer) {
	*s = Sequencer{}
	s.Reply(220)
	for range 10 {
		s.Command("CWD", "some/directory/that/is/long/enough/to/need/memory")
		s.Reply(250)
		s.Command("CDUP", "")
		s.Reply(250)
		s.Command("PASV", "")
		s.Reply(227)
		s.Command("RETR", "file")
		s.Reply(150)
		s.Reply(226)
	}
}

const eventsOfSession = 1 + 10*9

func TestAllocations(t *testing.T) {
	var s Sequencer
	odd := func() {
		session(&s)
		s.Command("UNKNOWNVERB", "x")
		s.Command("NOOP", "")
		s.Reply(200)
		s.Command("AUTH", "TLS")
		for range s.Missed() {
			break
		}
		for range s.Pending() {
			break
		}
		s.Reply(234)
		s.Reply(421)
		s.Reply(999)
		s.Gap()
		s.Reply(226)
	}
	if n := testing.AllocsPerRun(100, odd); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSequencer(b *testing.B) {
	var s Sequencer
	b.ReportAllocs()
	for b.Loop() {
		session(&s)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*eventsOfSession), "ns/event")
}
