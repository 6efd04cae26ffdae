package transcript

import (
	"io"
	"strings"
	"testing"
)

const zgrabRecordText = `{"ip":"192.0.2.1","data":{"ftp":{"status":"success","protocol":"ftp","result":{"banner":"220 ready\r\n"},"timestamp":"2026-11-22T10:00:00Z"}}}` + "\n"

// A damaged archive is read to its end, and the error counts the damaged records.
func TestDamagedScan(t *testing.T) {
	tests := []struct{ name, text, err string }{
		{"whole", zgrabRecordText + zgrabRecordText, ""},
		{"cut", zgrabRecordText + zgrabRecordText + zgrabRecordText[:50], "a record could not be read: line 3: "},
		{"mixed lines", zgrabRecordText + zgrabRecordText[:20] + zgrabRecordText + "x\n[]\n" + zgrabRecordText, "3 records could not be read: line 2: "},
		{"not UTF-8", zgrabRecordText + strings.Replace(zgrabRecordText, "ready", "\xff", 1), ""},
		{"a long line", zgrabRecordText + `{"ip":"` + strings.Repeat("9", maxLine) + "\n" + zgrabRecordText, "a record could not be read: line 2: a line is too long"},
	}
	for _, tt := range tests {
		r, err := Open(strings.NewReader(tt.text), "")
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		closed := 0
		for {
			e, err := r.Next()
			if err != nil {
				if err == io.EOF && tt.err != "" || err != io.EOF && (tt.err == "" || !strings.HasPrefix(err.Error(), tt.err)) {
					t.Errorf("%s: got %v, want %s", tt.name, err, tt.err)
				}
				break
			}
			if e.Kind == Closed {
				closed++
			}
		}
		if closed != 2 {
			t.Errorf("%s: %d connections", tt.name, closed)
		}
		if r.Format.Name != "zgrab2" {
			t.Errorf("%s: read as %s", tt.name, r.Format.Name)
		}
	}
}

// A connection that began with TLS is marked, and the port is known if the record has it.
func TestImplicitTLS(t *testing.T) {
	text := strings.NewReplacer(`"protocol":"ftp"`, `"port":990`, `"result":{`, `"result":{"tls":{"handshake_log":{}},"implicit_tls":true,`).Replace(zgrabRecordText)
	r, err := Open(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := r.Next(); err != nil || !e.TLS || e.Server.String() != "192.0.2.1:990" {
		t.Errorf("%+v, %v", e, err)
	}
}
