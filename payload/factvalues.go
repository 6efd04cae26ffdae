package payload

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

const factValuesSource = "RFC 3659, section 7.5"

// Check returns the error of the first fact whose value does not follow RFC 3659, section 7.5:
// a size that is not a number, or a time that does not exist. It returns nil for facts that
// are missing and for facts with other names.
func (v Facts) Check() error {
	for _, check := range [...]func() error{
		func() error { _, err := v.Size(); return err },
		func() error { _, err := v.Modify(); return err },
		func() error { _, err := v.Create(); return err },
	} {
		if err := check(); err != nil && !errors.Is(err, ErrMissing) {
			return err
		}
	}
	return nil
}

// fail returns f, found in the text of an entry of v, as an error.
func (v Facts) fail(f fault, in entry) error {
	if len(v.reply.Raw()) == 0 {
		return f.inText(in.text, 0)
	}
	return f.in(v.reply, in.line)
}

// Size returns the size of the file in octets (RFC 3659, section 7.5.7). The error is
// [ErrMissing] if the fact is missing.
func (v Facts) Size() (uint64, error) {
	f, in, ok := v.find("size")
	if !ok {
		return 0, v.fail(fault{err: ErrMissing, source: factValuesSource}, v.first)
	}
	n, end, fits := scanNumber(f.value, 0)
	switch to := f.at + len(f.value); {
	case end == 0 || end < len(f.value):
		return 0, v.fail(fault{ErrSyntax, f.at, to, factValuesSource}, in)
	case !fits:
		return 0, v.fail(fault{ErrRange, f.at, to, factValuesSource}, in)
	}
	return n, nil
}

// Modify returns the time of the last modification (RFC 3659, section 7.5.3). The error is
// [ErrMissing] if the fact is missing. With [ErrYear2000] the time that was meant is returned
// as well.
func (v Facts) Modify() (time.Time, error) { return v.time("modify") }

// Create returns the time of creation (RFC 3659, section 7.5.4), with the errors of Modify.
func (v Facts) Create() (time.Time, error) { return v.time("create") }

func (v Facts) time(name string) (time.Time, error) {
	f, in, ok := v.find(name)
	if !ok {
		return time.Time{}, v.fail(fault{err: ErrMissing, source: factValuesSource}, v.first)
	}
	to := f.at + len(f.value)
	t, end, _, fl := scanTime(in.text[:to], f.at)
	fl.to = min(fl.to, to)
	if end < to && (fl.err == nil || fl.err == ErrYear2000) {
		t, fl = time.Time{}, fault{ErrSyntax, f.at, to, timeSource}
	}
	return t, v.fail(fl, in)
}

// FileType is the value of the type fact.
type FileType uint8

const (
	TypeAbsent    FileType = iota // the fact is missing
	TypeFile                      // file
	TypeDir                       // dir
	TypeCurrent                   // cdir: the directory that is listed
	TypeParent                    // pdir: the directory above, or one of them
	TypeOtherKind                 // any other value, such as OS.unix=slink:/target
)

var fileTypeNames = [...]string{"absent", "file", "dir", "cdir", "pdir", "other"}

// String returns the value of the fact, or "absent", or "other".
func (t FileType) String() string {
	if int(t) >= len(fileTypeNames) {
		return "FileType(" + strconv.Itoa(int(t)) + ")"
	}
	return fileTypeNames[t]
}

// Type returns the first type of the file (RFC 3659, section 7.5.1).
func (v Facts) Type() FileType {
	value, ok := v.Get("type")
	if !ok {
		return TypeAbsent
	}
	for t := TypeFile; t < TypeOtherKind; t++ {
		if equalFold(value, t.String()) {
			return t
		}
	}
	return TypeOtherKind
}

// Permissions is the set of commands that the user may give for a file, by the server's own
// rules (RFC 3659, section 7.5.5).
type Permissions uint16

const (
	MayAppend   Permissions = 1 << iota // a: APPE to the file
	MayCreate                           // c: STOR in the directory
	MayDelete                           // d: DELE or RMD
	MayEnter                            // e: CWD
	MayRename                           // f: RNFR
	MayList                             // l: LIST, NLST, MLSD
	MayMakeDir                          // m: MKD in the directory
	MayPurge                            // p: deleting the contents of the directory
	MayRetrieve                         // r: RETR
	MayStore                            // w: STOR over the file
)

const permissionLetters = "acdeflmprw"

// HasAll reports whether p has all the bits of x.
func (p Permissions) HasAll(x Permissions) bool { return p&x == x }

// String returns the letters.
func (p Permissions) String() string {
	var letters strings.Builder
	for i := range len(permissionLetters) {
		if p.HasAll(1 << i) {
			letters.WriteByte(permissionLetters[i])
		}
	}
	return letters.String()
}

// Permissions returns the value of the perm fact. ok is false if the fact is missing. Letters
// that RFC 3659 does not define are ignored.
func (v Facts) Permissions() (p Permissions, ok bool) {
	value, ok := v.Get("perm")
	for _, c := range value {
		if i := strings.IndexByte(permissionLetters, lower(c)); i >= 0 {
			p |= 1 << i
		}
	}
	return p, ok
}
