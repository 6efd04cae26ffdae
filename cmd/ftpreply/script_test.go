package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "update the expected output in testdata")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ftpreply": main})
}

func TestScripts(t *testing.T) {
	captures, err := filepath.Abs("../../testdata/captures")
	if err != nil {
		t.Fatal(err)
	}
	packets, err := filepath.Abs("../../recording/testdata/pcap")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("CAPTURES", captures)
			env.Setenv("PCAP", packets)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"bytes": writeBytes, "exchange": writeExchange, "status": runForStatus,
			"compressed": writeCompressed, "cut": cutFile, "append": appendToFile, "base64": decodeBase64, "zeros": writeZeros,
		},
	})
}

// runForStatus runs ftpreply and compares its exit status: status 1 lint x.raw
func runForStatus(ts *testscript.TestScript, _ bool, args []string) {
	want := args[0]
	err := ts.Exec("ftpreply", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != want {
		ts.Fatalf("exit status %s, want %s", got, want)
	}
}

// turns reads a file of lines that begin with "S " or "C ", in the notation of Go strings.
func turns(ts *testscript.TestScript, name string) (all [][2]string) {
	for line := range strings.Lines(ts.ReadFile(name)) {
		text, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "\n")[2:] + `"`)
		ts.Check(err)
		all = append(all, [2]string{line[:1], text})
	}
	return all
}

// writeBytes writes the bytes of the server to a file: bytes in.txt out.raw
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	for _, turn := range turns(ts, args[0]) {
		if turn[0] == "S" {
			b.WriteString(turn[1])
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o666))
}

// writeExchange writes both sides as exchange NDJSON: exchange in.txt out.ndjson
func writeExchange(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	defer f.Close()
	enc := json.NewEncoder(f)
	for i, turn := range turns(ts, args[0]) {
		ts.Check(enc.Encode(map[string]any{
			"i": i + 1, "t": float64(i) / 10, "conn": 1, "dir": turn[0], "tls": false, "bytes": []byte(turn[1]),
		}))
	}
}

// writeCompressed compresses a file: compressed gzip in out
func writeCompressed(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	var w io.WriteCloser
	switch args[0] {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	}
	_, err := io.WriteString(w, ts.ReadFile(args[1]))
	ts.Check(errors.Join(err, w.Close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b.Bytes(), 0o666))
}

// decodeBase64 decodes a file of base64: base64 in out
func decodeBase64(ts *testscript.TestScript, _ bool, args []string) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o666))
}

// cutFile leaves out the last bytes of a file: cut in 60 out
func cutFile(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text[:len(text)-n]), 0o666))
}

// appendToFile appends text, in the notation of Go strings, to a file: append out text
func appendToFile(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	ts.Check(err)
	_, err = f.WriteString(text)
	ts.Check(errors.Join(err, f.Close()))
}

// writeZeros writes a file of so many zero bytes: zeros 100 out
func writeZeros(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), make([]byte, n), 0o666))
}
