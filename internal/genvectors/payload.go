package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ftpreply/ftpreply/payload"
)

type payloadVector struct {
	ID       string          `json:"id"`
	Command  string          `json:"command"`
	Reply    text            `json:"reply"`
	Expected json.RawMessage `json:"expected"` // as package payload writes it
	Grade    string          `json:"grade"`
	Bug      string          `json:"bug"`
	RFC      string          `json:"rfc,omitempty"`
	Effect   string          `json:"effect"`
}

// The kinds of mistakes in a reader of payloads.
const (
	wrongValue = "wrong-value" // it uses a value that the server did not send
	refusal    = "refusal"     // it fails on a variant with one reading
)

// payloads reads the table of package payload.
func payloads(root string) (vectors []any, err error) {
	content, err := os.ReadFile(filepath.Join(root, "payload/testdata/vectors.tsv"))
	if err != nil {
		return nil, err
	}
	tolerances := map[string]payload.ToleranceInfo{}
	for info := range payload.Tolerances() {
		tolerances[info.Name] = info
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 5 {
			return nil, fmt.Errorf("row %d has %d cells", i+1, len(cells))
		}
		raw, err := strconv.Unquote(cells[2])
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		v := payloadVector{ID: cells[0], Command: cells[1], Reply: newText([]byte(raw)), Expected: json.RawMessage(cells[3]),
			Grade: must, Bug: wrongValue, RFC: cells[4], Effect: "A reader that finds another value acts on something that the server did not send."}
		var want struct {
			Kind, Error string
			Tolerances  []string
		}
		if err := json.Unmarshal(v.Expected, &want); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		switch {
		case want.Error != "":
			v.Effect = "The value cannot be used. A reader that returns one acts on something that the server did not send, or that is not safe."
		case len(want.Tolerances) > 0:
			v.Grade, v.Bug, v.Effect = tolerate, refusal, tolerances[want.Tolerances[0]].Summary
			v.RFC = tolerances[want.Tolerances[0]].Source
		case want.Kind == "":
			v.Effect = "The text has no payload. A reader that finds one acts on something that the server did not send."
		}
		vectors = append(vectors, v)
	}
	return vectors, nil
}
