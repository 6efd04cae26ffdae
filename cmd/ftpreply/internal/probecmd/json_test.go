package probecmd

import (
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

func TestKeysAreDocumented(t *testing.T) {
	clitest.CheckKeys(t, jsonProbeHeader{}, jsonCheck{}, jsonTurn{}, jsonCheckFinding{}, jsonProbeSummary{}, jsonProbeCommand{}, jsonProbeFeature{}, jsonProbeSection{})
}
