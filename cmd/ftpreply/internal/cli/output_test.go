package cli

import "testing"

func TestOutputOfPipes(t *testing.T) {
	var o outputFile
	o.path = "/dev/null"
	if err := o.Open(); err != nil {
		t.Skip(err)
	}
	if _, err := o.file.WriteString("x"); err != nil || o.temp {
		t.Errorf("error %v", err)
	}
	if err := o.finish(nil); err != nil {
		t.Error(err)
	}
}
