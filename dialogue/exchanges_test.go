package dialogue

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the scripts in testdata/exchanges anew")

// The scripts in testdata/exchanges are real sessions, reduced to verbs and codes:
// commands in mid-transfer, ABOR, pipelines, broken data connections. The verdicts
// in them were read one by one.
func TestExchanges(t *testing.T) {
	files, err := filepath.Glob("testdata/exchanges/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				played := play(t, new(Sequencer), string(script))
				if err := os.WriteFile(file, []byte(played), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			checkScript(t, new(Sequencer), string(script))
		})
	}
}
