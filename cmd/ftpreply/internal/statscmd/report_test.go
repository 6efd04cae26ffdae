package statscmd

import (
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

func TestKeysAreDocumented(t *testing.T) {
	clitest.CheckKeys(t, jsonCode{}, jsonClass{}, jsonCommand{}, jsonLatency{}, jsonServer{}, jsonRule{}, jsonTotal{})
}
