package input

import (
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

func TestKeysAreDocumented(t *testing.T) {
	clitest.CheckKeys(t, jsonHeader{}, JSONFidelity{})
}
