package main

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestKeysAreDocumented looks for every key of the JSON objects in doc.go.
func TestKeysAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{jsonHeader{}, jsonFidelity{}, jsonItem{}, jsonConnection{}, jsonGap{}, jsonDeviation{}, jsonError{}, jsonFinding{}, jsonExcerpt{}, jsonSummary{},
		jsonCode{}, jsonClass{}, jsonCommand{}, jsonLatency{}, jsonServer{}, jsonRule{}, jsonTotal{},
		jsonTransfer{}, jsonSession{}, jsonSessionTotals{}, jsonFormat{},
		jsonProbeHeader{}, jsonCheck{}, jsonTurn{}, jsonCheckFinding{}, jsonProbeSummary{}, jsonProbeCommand{}, jsonProbeFeature{}, jsonProbeSection{}} {
		typ := reflect.TypeOf(v)
		for i := range typ.NumField() {
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if key == "" || !regexp.MustCompile(`\b`+key+`\b`).Match(doc) {
				t.Errorf("%s: %q is not there", typ.Name(), key)
			}
		}
	}
}
