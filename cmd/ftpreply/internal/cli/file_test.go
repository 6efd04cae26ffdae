package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("123456"), 0o666); err != nil {
		t.Fatal(err)
	}
	a := NewApp(t.Context(), nil, &bytes.Buffer{}, &bytes.Buffer{})
	if text, err := a.ReadFile(path, 6); string(text) != "123456" || err != nil {
		t.Errorf("%q, error %v", text, err)
	}
	if _, err := a.ReadFile(path, 5); err == nil || !strings.HasSuffix(err.Error(), ": longer than 5 bytes") {
		t.Errorf("error %v", err)
	}
	if _, err := a.ReadFile(path+"x", 5); err == nil || strings.Count(err.Error(), path) != 1 {
		t.Errorf("error %v", err)
	}
}
