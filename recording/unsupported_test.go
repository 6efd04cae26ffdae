package recording

import (
	"errors"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/transcript"
)

func TestUnsupported(t *testing.T) {
	for _, form := range unsupported {
		_, err := Open(strings.NewReader(form.magic+strings.Repeat("\x00", 100)), Options{})
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || !errors.Is(err, transcript.ErrFormat) ||
			!strings.Contains(err.Error(), form.Name) || !strings.Contains(err.Error(), form.Convert+" | ftpreply lint -") {
			t.Errorf("%q: error %v", form.magic, err)
		}
	}
}
