package main

import "testing"

// TestDialogues checks that every command has replies, and some codes that the RFCs name.
func TestDialogues(t *testing.T) {
	find := func(id string) (v dialogueVector) {
		for _, v := range read[dialogueVector](t, "dialogue") {
			if v.ID == id {
				return v
			}
		}
		t.Fatalf("no vector %s", id)
		return v
	}
	for _, test := range []struct {
		id        string
		code      int
		stage     string
		grade     string
		completes bool
	}{
		{"greeting", 220, "first", must, true},
		{"RETR", 150, "first", must, false},
		{"RETR", 226, "after-preliminary", must, true},
		{"RETR", 226, "first", tolerate, true},
		{"AUTH TLS", 234, "first", must, true},
	} {
		found := false
		for _, r := range find(test.id).Replies {
			found = found || r.Code == test.code && r.Stage == test.stage && r.Grade == test.grade && r.Completes == test.completes
		}
		if !found {
			t.Errorf("no %+v", test)
		}
	}
	for _, v := range read[dialogueVector](t, "dialogue") {
		if len(v.Replies) == 0 {
			t.Errorf("%s has no reply", v.ID)
		}
	}
}
