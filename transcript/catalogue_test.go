package transcript

import (
	"strings"
	"testing"
)

// Every format names the setting that makes its program log, and its example is read as that format.
func TestCatalogue(t *testing.T) {
	for f := range Formats() {
		if f.Switch == "" || f.Example == "" || f.Versions == "" {
			t.Errorf("%s has no switch, no example or no versions", f.Name)
			continue
		}
		r, err := Open(strings.NewReader(f.Example+"\n"), f.Name)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		reply := false
		for e, err := r.Next(); err == nil; e, err = r.Next() {
			reply = reply || e.Kind == Data && e.Side == Server && beginsReply(e.Bytes)
		}
		if !reply {
			t.Errorf("%s: no reply in its example", f.Name)
		}
	}
	if len(catalogue) != len(formats) {
		t.Errorf("%d entries for %d formats", len(catalogue), len(formats))
	}
}
