package payload_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/payload"
)

func TestParsePort(t *testing.T) {
	for _, test := range []struct {
		verb, argument, want string
		code                 ftpreply.Code // of the error
	}{
		{"PORT", "192,0,2,1,4,51", "192.0.2.1:1075", 0},
		{"PORT", "192,0,2,1,4,51 ", "192.0.2.1:1075", 0},
		{"PORT", "192,0,2,1,0,25", "192.0.2.1:25", 0},
		{"PORT", "192,0,2,1,4", "", 501},
		{"PORT", "192,0,2,1,4,256", "", 501},
		{"PORT", "192,0,2,1,4,-1", "", 501},
		{"PORT", "", "", 501},
		{"LPRT", "4,4,192,0,2,1,2,4,51", "192.0.2.1:1075", 0},
		{"LPRT", "6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1,2,4,51", "[2001:db8::1]:1075", 0},
		{"LPRT", "4,4,192,0,2,1,3,4,51,0", "", 501},
		{"LPRT", "4,255", "", 501},
		{"EPRT", "|1|192.0.2.1|1075|", "192.0.2.1:1075", 0},
		{"EPRT", "!2!2001:db8::1!1075!", "[2001:db8::1]:1075", 0},
		{"EPRT", "|3|x|1075|", "", 522},
		{"EPRT", "|1|2001:db8::1|1075|", "", 501},
		{"EPRT", "|2|fe80::1%eth0|1075|", "", 501},
		{"EPRT", "|1|192.0.2.1|65536|", "", 501},
		{"EPRT", "|1|192.0.2.1|1075", "", 501},
		{"EPRT", "", "", 501},
		{"PASV", "", "", 501},
	} {
		t.Run(test.verb+" "+test.argument, func(t *testing.T) {
			got, err := payload.ParsePort(test.verb, []byte(test.argument))
			var refused *ftpreply.ReplyError
			switch {
			case test.code == 0 && (err != nil || got.String() != test.want):
				t.Errorf("%v, %v, want %s", got, err, test.want)
			case test.code != 0 && (!errors.As(err, &refused) || refused.Code != test.code):
				t.Errorf("%v, %v, want code %d", got, err, test.code)
			}
		})
	}
}

func ExampleParsePort() {
	fmt.Println(payload.ParsePort("PORT", []byte("192,0,2,1,4,51")))
	// Output:
	// 192.0.2.1:1075 <nil>
}

func FuzzParsePort(f *testing.F) {
	f.Add("PORT", []byte("192,0,2,1,4,51"))
	f.Add("LPRT", []byte("4,4,192,0,2,1,2,4,51"))
	f.Add("EPRT", []byte("|2|2001:db8::1|1075|"))
	f.Fuzz(func(t *testing.T, verb string, argument []byte) {
		if got, err := payload.ParsePort(verb, argument); (err == nil) != got.IsValid() {
			t.Errorf("%v, %v", got, err)
		}
	})
}
