package payload

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestFactValues(t *testing.T) {
	v, err := ParseMLSD([]byte("Type=Dir;SIZE=812;Modify=20260102030405.5;Create=20260102030406;Perm=elZ;Unique=aB;media-type=text/plain; x"))
	if err != nil {
		t.Fatal(err)
	}
	size, err1 := v.Size()
	modify, err2 := v.Modify()
	create, err3 := v.Create()
	perm, ok := v.Permissions()
	if err := errors.Join(err1, err2, err3); err != nil || !ok {
		t.Error(err, ok)
	}
	if size != 812 || v.Type() != TypeDir || perm != MayEnter|MayList || perm.String() != "el" {
		t.Errorf("size %d, type %v, permissions %v", size, v.Type(), perm)
	}
	if want := time.Date(2026, 1, 2, 3, 4, 5, 5e8, time.UTC); !modify.Equal(want) || create.Sub(modify) != time.Second/2 {
		t.Errorf("modify %v, create %v", modify, create)
	}
	if unique, ok := v.Get("unique"); !ok || string(unique) != "aB" {
		t.Errorf("unique %q %v", unique, ok)
	}
	if lang, ok := v.Get("lang"); ok {
		t.Errorf("lang %q", lang)
	}
}

func TestFactValueErrors(t *testing.T) {
	year2000 := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name, facts string
		read        func(Facts) (any, error)
		want        any
		reason      error
		at          string
	}{
		{"size missing", "type=file;", readSizeFact, uint64(0), ErrMissing, ""},
		{"size with a sign", "size=-1;", readSizeFact, uint64(0), ErrSyntax, "-1"},
		{"size empty", "size=;", readSizeFact, uint64(0), ErrSyntax, ""},
		{"size with an underscore", "size=1_000;", readSizeFact, uint64(0), ErrSyntax, "1_000"},
		{"size too large", "size=18446744073709551616;", readSizeFact, uint64(0), ErrRange, "18446744073709551616"},
		{"time missing", "size=5;", readModifyFact, time.Time{}, ErrMissing, ""},
		{"time empty", "modify=;", readModifyFact, time.Time{}, ErrSyntax, ""},
		{"no such day", "modify=20260231030405;", readModifyFact, time.Time{}, ErrRange, "31"},
		{"words after the time", "modify=20260102030405Z;", readModifyFact, time.Time{}, ErrSyntax, "20260102030405Z"},
		{"year 2000", "modify=191260102030405;", readModifyFact, year2000, ErrYear2000, "19126"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := tt.facts + " x"
			bare, err := ParseMLSD([]byte(line))
			if err != nil {
				t.Fatal(err)
			}
			got, err := tt.read(bare)
			checkLineError(t, line, err, tt.reason, tt.at)
			if got != tt.want {
				t.Errorf("MLSD: %v, want %v", got, tt.want)
			}
			r := reply(t, "250-\r\n\r\n "+line+"\r\n250 \r\n")
			v, err := ParseFacts(r)
			if err != nil {
				t.Fatal(err)
			}
			got, err = tt.read(v)
			checkError(t, r, err, tt.reason, tt.at)
			if got != tt.want {
				t.Errorf("MLST: %v, want %v", got, tt.want)
			}
		})
	}
}

func readSizeFact(v Facts) (any, error) { return v.Size() }

func readModifyFact(v Facts) (any, error) { return v.Modify() }

func TestFileType(t *testing.T) {
	for value, want := range map[string]FileType{
		"type=file;": TypeFile, "TYPE=DIR;": TypeDir, "type=cdir;": TypeCurrent, "type=pdir;": TypeParent,
		"type=OS.unix=slink:/x;": TypeOtherKind, "type=;": TypeOtherKind, "type=absent;": TypeOtherKind, "size=5;": TypeAbsent,
	} {
		v, err := ParseMLSD([]byte(value + " x"))
		if got := v.Type(); got != want || err != nil {
			t.Errorf("%s: %v, want %v; %v", value, got, want, err)
		}
	}
	if got := FileType(99).String(); got != "FileType(99)" {
		t.Error(got)
	}
}

func TestPermissions(t *testing.T) {
	v, _ := ParseMLSD([]byte("perm=" + strings.ToUpper(permissionLetters) + "; x"))
	p, ok := v.Permissions()
	if !ok || p != 1<<len(permissionLetters)-1 || p.String() != permissionLetters {
		t.Errorf("%v %v", p, ok)
	}
	v, _ = ParseMLSD([]byte("type=file; x"))
	if p, ok := v.Permissions(); ok || p != 0 {
		t.Errorf("%v %v", p, ok)
	}
	if !MayList.HasAll(MayList) || MayList.HasAll(MayList|MayEnter) {
		t.Error("Has")
	}
}

func TestFactsCheck(t *testing.T) {
	for _, tt := range []struct {
		facts  string
		reason error
		text   string
	}{
		{"type=file;size=5;modify=20260102030405;", nil, ""},
		{"unique=x;", nil, ""},
		{"size=-1;", ErrSyntax, "-1"},
		{"size=;", ErrSyntax, ""},
		{"size=5;modify=20241301000000;", ErrRange, "13"},
		{"create=2024;", ErrSyntax, "2024"},
	} {
		r := reply(t, "250-a\r\n "+tt.facts+" x\r\n250 b\r\n")
		v, err := ParseFacts(r)
		if err != nil {
			t.Fatal(err)
		}
		checkError(t, r, v.Check(), tt.reason, tt.text)
		v, err = ParseMLSD([]byte(tt.facts + " x"))
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Check(); !errors.Is(err, tt.reason) {
			t.Errorf("%s: %v", tt.facts, err)
		}
	}
}

func TestFactsPlace(t *testing.T) {
	const raw = "250-a\r\n\r\n type=file;size=5 x\ty\r\n250 b\r\n"
	v, err := ParseFacts(reply(t, raw))
	if err != nil || v.Tolerances != BlankLine|MissingDelimiter|TabInName {
		t.Fatalf("%v, %v", v.Tolerances, err)
	}
	for d, want := range map[Tolerance]string{BlankLine: "", MissingDelimiter: " type=file;size=5 x\ty", TabInName: " type=file;size=5 x\ty"} {
		line, offset, ok := v.Place(d)
		if string(line) != want || !ok || !strings.HasPrefix(raw[offset:], want) {
			t.Errorf("%v: %q at %d, %v", d, line, offset, ok)
		}
	}
	if line, _, ok := v.Place(OtherCase); ok {
		t.Errorf("%q has no such tolerance", line)
	}
	v, _ = ParseMLSD([]byte("type=file;size=5 x"))
	if line, offset, ok := v.Place(MissingDelimiter); string(line) != "type=file;size=5 x" || offset != 0 || !ok {
		t.Errorf("%q at %d, %v", line, offset, ok)
	}
}
