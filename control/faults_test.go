package control

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A disturbed is a session with a fault.
type disturbed struct {
	moves  []*move
	marks  map[*move]reasons // the replies that are wrong
	lost   []*move           // the commands whose reply was lost
	either bool              // other explanations are as good
}

type reasons []dialogue.Reason

var wrongCodes = reasons{dialogue.CodeNotListed, dialogue.WrongClass, dialogue.WrongStage, dialogue.CodeInTheWild, dialogue.None}

// finals are the final replies of a session that answer a command.
func finals(s []*move) (at []int) {
	for i, m := range s {
		if m.kind == 'S' && m.answers != nil && m.code >= 200 {
			at = append(at, i)
		}
	}
	return at
}

// A fault changes a session in one place. It returns nil if the session has no such place.
type fault struct {
	name   string
	inject func(r *rand.Rand, s []*move) *disturbed
}

func insert(s []*move, at int, m ...*move) []*move { return slices.Insert(slices.Clone(s), at, m...) }
func without(s []*move, from, to int) []*move      { return slices.Delete(slices.Clone(s), from, to) }

// changed replaces a reply by one with another code, or without answers, as a fault.
func changed(m *move, code ftpreply.Code) *move {
	n := *m
	n.code, n.fault = code, true
	return &n
}

var faults = []fault{
	{"lost reply", func(r *rand.Rand, s []*move) *disturbed {
		at := finals(s)
		i := at[r.IntN(len(at))]
		d := &disturbed{moves: without(s, i, i+1), lost: []*move{s[i].answers}}
		d.either = interchangeable(s, i, 1) || interchangeable(s, i, -1) || last(s, i)
		return d
	}},
	{"reply sent twice", func(r *rand.Rand, s []*move) *disturbed {
		at := finals(s)
		i := at[r.IntN(len(at))]
		twice := changed(s[i], s[i].code)
		return &disturbed{moves: insert(s, i+1, twice),
			marks: map[*move]reasons{twice: {dialogue.ExtraFinal, dialogue.AfterClose}}}
	}},
	{"other code", func(r *rand.Rand, s []*move) *disturbed {
		codes := []ftpreply.Code{200, 202, 211, 213, 215, 226, 227, 250, 257, 331, 350, 426, 450, 500, 550, 553}
		at := finals(s)
		i := at[r.IntN(len(at))]
		code := codes[r.IntN(len(codes))]
		if code == s[i].code {
			return nil
		}
		m := changed(s[i], code)
		return &disturbed{moves: insert(without(s, i, i+1), i, m), marks: map[*move]reasons{m: wrongCodes}}
	}},
	{"previous code", func(r *rand.Rand, s []*move) *disturbed {
		at := finals(s)
		n := r.IntN(len(at))
		if n == 0 || s[at[n]].code == s[at[n-1]].code {
			return nil
		}
		i := at[n]
		m := changed(s[i], s[at[n-1]].code)
		return &disturbed{moves: insert(without(s, i, i+1), i, m), marks: map[*move]reasons{m: wrongCodes}}
	}},
	{"two replies swapped", func(r *rand.Rand, s []*move) *disturbed {
		i := r.IntN(len(s))
		if i+4 > len(s) || s[i].kind != 'C' || s[i+2].kind != 'C' || s[i+1].answers != s[i] || s[i+3].answers != s[i+2] ||
			s[i+1].code < 200 || s[i+3].code < 200 {
			return nil
		}
		second := *s[i+2]
		second.joined = true
		b, a := *s[i+3], *s[i+1]
		b.answers = &second
		a.fault = true
		d := &disturbed{moves: slices.Clone(s), marks: map[*move]reasons{&a: {dialogue.OutOfOrder, dialogue.AfterClose}}}
		d.moves = append(d.moves[:i+1:i+1], append([]*move{&second, &b, &a}, s[i+4:]...)...)
		// Where the codes fit the other way round too, nothing can be seen.
		d.either = lists(s[i], b.code) || b.code >= 400 || a.code >= 400
		return d
	}},
	{"beginning cut", func(r *rand.Rand, s []*move) *disturbed {
		return &disturbed{moves: s[1+r.IntN(len(s)-1):]}
	}},
	{"end cut", func(r *rand.Rand, s []*move) *disturbed {
		return &disturbed{moves: s[:1+r.IntN(len(s)-1)]}
	}},
	{"stray line", func(r *rand.Rand, s []*move) *disturbed {
		return &disturbed{moves: insert(s, 1+r.IntN(len(s)-1), &move{kind: '?'})}
	}},
	{"stray line for a reply", func(r *rand.Rand, s []*move) *disturbed {
		at := finals(s)
		i := at[r.IntN(len(at))]
		return &disturbed{moves: insert(without(s, i, i+1), i, &move{kind: '?'})}
	}},
	{"gap in the replies", func(r *rand.Rand, s []*move) *disturbed { return gap(r, s, 'S') }},
	{"gap in the commands", func(r *rand.Rand, s []*move) *disturbed { return gap(r, s, 'C') }},
	{"unsolicited 421", func(r *rand.Rand, s []*move) *disturbed {
		i := 1 + r.IntN(len(s)-1)
		m := &move{kind: 'S', code: 421, line: "Timeout.", fault: true}
		return &disturbed{moves: insert(s, i, m), marks: map[*move]reasons{m: {dialogue.Unsolicited, dialogue.AfterClose}}}
	}},
}

// interchangeable reports whether the next reply in a direction may as well be the i-th: the
// commands of both were sent before, and the code fits.
func interchangeable(s []*move, i, step int) bool {
	for k := i + step; 0 <= k && k < len(s); k += step {
		if m := s[k]; m.kind == 'S' && m.code >= 200 && m.answers != s[i].answers {
			sent := max(slices.Index(s, s[i].answers), slices.Index(s, m.answers))
			return sent < min(i, k) && lists(s[i].answers, m.code)
		}
	}
	return false
}

// last reports whether one reply follows the i-th, and may be this one: then it is the
// last command that waits.
func last(s []*move, i int) bool {
	rest := slices.DeleteFunc(slices.Clone(s[i+1:]), func(m *move) bool { return m.kind != 'S' })
	return len(rest) == 1 && lists(s[i].answers, rest[0].code) || strings.HasPrefix(s[min(i+1, len(s)-1)].line, "ABOR")
}

func lists(command *move, code ftpreply.Code) bool {
	verb, argument, _ := strings.Cut(command.line, " ")
	c := dialogue.Lookup(verb, argument)
	return c.Judge(dialogue.First, code).Listed()
}

func gap(r *rand.Rand, s []*move, side byte) *disturbed {
	from := 1 + r.IntN(len(s)-1)
	d := &disturbed{moves: slices.Clone(s[:from])}
	lost := 1 + r.IntN(3)
	for _, m := range s[from:] {
		if m.kind == side && lost > 0 {
			lost--
			d.moves = append(d.moves, &move{kind: 'G'})
			continue
		}
		d.moves = append(d.moves, m)
	}
	return d
}

// wrong says what is not as it should be in the explanation of a disturbed session.
func (d *disturbed) wrong() string {
	got, pending, _ := play(d.moves)
	torn := slices.ContainsFunc(d.moves, func(m *move) bool { return m.kind == 'G' })
	partial := torn || d.moves[0].code != 220 // then a fault may go without blame
	for i := range got {
		j := &got[i]
		for _, m := range j.missed {
			if !slices.Contains(d.lost, m) {
				return fmt.Sprintf("%v is missed at %v", m, j)
			}
			pending = append(pending, m)
		}
		switch {
		case j.kind != 'S':
		case d.marks[j.move] != nil:
			if !slices.Contains(d.marks[j.move], j.Reason) && !partial {
				return fmt.Sprintf("%v is judged %v", j, j.Reason)
			}
			if j.answers != nil && j.command != j.answers && j.Reason != dialogue.AfterClose && !partial {
				return fmt.Sprintf("%v is given to %v", j, j.command)
			}
		case j.blamed():
			return fmt.Sprintf("%v is judged %v", j, j.Reason)
		case torn: // whose reply it is cannot always be known
		case j.answers == nil || !slices.Contains(d.moves, j.answers):
			if j.command != nil {
				return fmt.Sprintf("%v is given to %v", j, j.command)
			}
		case j.command != j.answers:
			return fmt.Sprintf("%v is given to %v, not %v", j, j.command, j.answers)
		}
	}
	for _, m := range d.lost {
		if slices.Contains(d.moves, m) && !slices.Contains(pending, m) && !torn {
			return fmt.Sprintf("%v is not missed", m)
		}
	}
	return ""
}

// One fault is injected into each recorded session, many times, at random places.
func TestFaults(t *testing.T) {
	clean := cleanSessions(t)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			count(t, clean, 98, func(s []*move) *disturbed { return f.inject(r, s) })
		})
	}
}

// Two faults are injected into each session. If they are close together, they are counted
// with those that cannot be decided: a reply that is lost after one that is sent twice is
// only a late one.
func TestTwoFaults(t *testing.T) {
	clean := cleanSessions(t)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			count(t, clean, 97, func(s []*move) *disturbed {
				one := f.inject(r, s)
				if one == nil || len(one.moves) < 3 || len(finals(one.moves)) < 2 {
					return nil
				}
				two := faults[r.IntN(len(faults))].inject(r, one.moves)
				if two == nil {
					return nil
				}
				const apart = 10
				first, second := differ(s, one.moves), differ(one.moves, two.moves)
				two.either = two.either || one.either || max(first, second)-min(first, second) < apart
				two.lost = append(two.lost, one.lost...)
				if two.marks == nil {
					two.marks = map[*move]reasons{}
				}
				maps.Copy(two.marks, one.marks)
				return two
			})
		})
	}
}

// differ returns the first index at which two sessions differ.
func differ(a, b []*move) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// count injects into each session twenty times, prints the share that is explained exactly,
// and fails if that is less than a number of per cent.
func count(t *testing.T, clean [][]*move, least int, inject func(s []*move) *disturbed) {
	tried, right, either := 0, 0, 0
	bad := map[string]int{}
	for _, s := range clean {
		for range 20 {
			d := inject(s)
			switch {
			case d == nil:
				continue
			case d.either:
				either++
				continue
			}
			tried++
			w := d.wrong()
			if w == "" {
				right++
				continue
			}
			if bad[w]++; testing.Verbose() && bad[w] == 1 && len(bad) < 6 {
				t.Log(w)
				dump(t, d)
			}
		}
	}
	t.Logf("%d of %d explained exactly (%.1f %%), %d cannot be decided", right, tried, 100*float64(right)/float64(tried), either)
	if right*100 < tried*least {
		t.Errorf("less than %d %%", least)
	}
}

func dump(t *testing.T, d *disturbed) {
	got, _, _ := play(d.moves)
	at := slices.IndexFunc(d.moves, func(m *move) bool {
		return d.marks[m] != nil || slices.Contains(d.lost, m) || m.kind == '?' || m.kind == 'G'
	})
	for i := max(0, at-4); i < min(len(got), at+8); i++ {
		if j := &got[i]; j.kind == 'S' {
			t.Logf("   %.60v   -> %.30v %v missed %v", j.move, j.command, j.Reason, j.missed)
		} else {
			t.Logf("   %.60v", j.move)
		}
	}
}
