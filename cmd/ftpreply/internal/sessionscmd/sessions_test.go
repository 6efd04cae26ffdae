package sessionscmd

import (
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/input"
)

func TestKeysAreDocumented(t *testing.T) {
	clitest.CheckKeys(t, jsonTransfer{}, jsonSession{}, jsonSessionTotals{}, input.JSONCause{})
}
