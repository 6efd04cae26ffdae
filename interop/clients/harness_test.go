package clients

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const vectorsDir = "../../vectors"

// runHarness runs a harness of vectors/harness and returns its verdicts by vector.
func runHarness(t *testing.T, command ...string) map[string]string {
	t.Helper()
	if !*installed {
		t.Skip("-installed is not set")
	}
	if _, err := exec.LookPath(command[0]); err != nil {
		t.Skip(err)
	}
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]string{}
	for line := range strings.Lines(string(output)) {
		id, verdict, _ := strings.Cut(strings.TrimSpace(line), "\t")
		verdicts[id] = verdict
	}
	return verdicts
}

func harness(name string) string { return filepath.Join(vectorsDir, "harness", name) }

var framingFile = filepath.Join(vectorsDir, "framing.json")

// TestHarnesses compares the verdicts of the harnesses with the matrix. A harness says ok if and
// only if the client copes with the vector as a greeting. Vectors whose clean session does not
// come to its end are left out: there the client gives up for another reason.
func TestHarnesses(t *testing.T) {
	m, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		client  string
		command []string
	}{
		{"Python ftplib", []string{python, harness("ftplib_harness.py"), framingFile}},
		{"Perl Net::FTP", []string{"perl", harness("netftp_harness.pl"), framingFile}},
		{"basic-ftp", []string{"node", harness("basicftp_harness.cjs"), framingFile, modules + "/basic-ftp"}},
	} {
		t.Run(test.client, func(t *testing.T) {
			t.Parallel() // for the most part, the harnesses wait
			verdicts := runHarness(t, test.command...)
			compared := 0
			for _, row := range sessions() {
				verdict, ok := verdicts[row.vector]
				clean := session{place: row.place, vector: noVector, clean: row.clean}
				if !ok || row.place != asGreeting || m.cells[clean.cell(test.client)] != "ok" {
					continue
				}
				compared++
				recorded := m.cells[row.cell(test.client)]
				if copes := recorded == "ok" || class(recorded) == "detour"; copes != (verdict == "ok") {
					t.Errorf("%s: the harness says %s, and the matrix %s", row.vector, verdict, recorded)
				}
			}
			t.Logf("%d verdicts equal", compared)
			if compared < 50 {
				t.Errorf("only %d vectors compared", compared)
			}
		})
	}
}

// TestNaiveReader checks that the reader in C fails as its documentation says: it copes with
// every vector of the grade must, and is deceived by a hidden reply.
func TestNaiveReader(t *testing.T) {
	if !*installed {
		t.Skip("-installed is not set")
	}
	naive := filepath.Join(t.TempDir(), "naive")
	if output, err := exec.Command("cc", "-o", naive, harness("naive.c")).CombinedOutput(); err != nil {
		t.Skipf("cc: %v\n%s", err, output)
	}
	verdicts := runHarness(t, python, harness("ftplib_harness.py"), framingFile, naive)
	text, err := os.ReadFile(framingFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			ID, Grade  string
			Departures []struct{ Name string }
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	deceived := 0
	for _, v := range file.Vectors {
		switch verdict := verdicts[v.ID]; {
		case verdict == "":
			t.Errorf("no verdict for %s", v.ID)
		case v.Grade == "must" && verdict != "ok":
			t.Errorf("%s: %s", v.ID, verdict)
		case verdict == "wrong" && slices.Contains(v.Departures, struct{ Name string }{"hidden-reply"}):
			deceived++
		}
	}
	if deceived == 0 {
		t.Error("no hidden reply has deceived the reader")
	}
}
