package payload

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
)

var kindTests = []struct{ name, raw, verb, want string }{
	{"PASV", "227 Entering Passive Mode (127,0,0,1,4,51).\r\n", "PASV",
		`{"kind":"passive","port":1075,"host":"127.0.0.1","host_class":"loopback"}`},
	{"PASV, no parentheses", "227 =127,0,0,1,4,51\r\n", "",
		`{"kind":"passive","port":1075,"host":"127.0.0.1","host_class":"loopback","tolerances":["no-parentheses"]}`},
	{"PASV, cut", "227 Entering Passive Mode (\r\n", "PASV",
		`{"kind":"passive","error":"payload: nothing there to read at offset 4: \"Entering Passive Mode (\" (RFC 959, section 5.3.2; RFC 1123, section 4.1.2.6)"}`},
	{"EPSV", "229 Entering Extended Passive Mode (|||6446|)\r\n", "EPSV", `{"kind":"passive","port":6446}`},
	{"LPSV", "228 (4,4,10,0,0,1,2,4,51)\r\n", "LPSV", `{"kind":"passive","port":1075,"host":"10.0.0.1","host_class":"private"}`},
	{"PWD", "257 \"/a\"\"b\" <here> & there\r\n", "PWD", `{"kind":"path","path":"/a\"b"}`},
	{"PWD, control character", "257 \"/a\x01b\"\r\n", "PWD",
		`{"kind":"path","path":"/a\u0001b","error":"payload: control character in the path at offset 7: \"\\x01b\" (RFC 959, appendix II; RFC 2640, section 3.1)"}`},
	{"PWD, TAB", "257 \"/a\tb\"\r\n", "PWD", `{"kind":"path","path":"/a\tb","tolerances":["tab-in-name"]}`},
	{"MKD without a path", "257 Directory created\r\n", "MKD",
		`{"kind":"path","error":"payload: nothing there to read at offset 4: \"Directory created\" (RFC 959, appendix II; RFC 2640, section 3.1)"}`},
	{"SIZE", "213 812\r\n", "SIZE", `{"kind":"size","size":812}`},
	{"SIZE with three numbers", "213 512 1024 2048\r\n", "SIZE", `{"kind":"size","error":"payload: more than one reading at offset 4: \"512 1024 2048\" (RFC 3659, section 4.1)"}`},
	{"SPAS", "229-Entering Striped Passive Mode\r\n 192,0,2,1,173,202\r\n192,0,2,2,4,51\r\n229 End\r\n", "SPAS",
		`{"kind":"striped","addresses":["192.0.2.1:44490","192.0.2.2:1075"],"tolerances":["no-indent"]}`},
	{"SPSV", "227 54321\r\n", "SPSV", `{"kind":"passive","port":54321}`},
	{"CPSV", "227 Entering Passive Mode (192,0,2,1,4,51)\r\n", "CPSV", `{"kind":"passive","port":1075,"host":"192.0.2.1","host_class":"other"}`},
	{"CKSM", "213 2e1f09a3\r\n", "CKSM", `{"kind":"digest","hex":"2e1f09a3"}`},
	{"SITE ZONE", "210 UTC-300\r\n", "SITE", `{"kind":"zone","minutes":-300}`},
	{"SITE in words", "210 ok\r\n", "SITE", `{"kind":""}`},
	{"range marker", "111 Range Marker 0-29,30-89\r\n", "STOR", `{"kind":"ranges","ranges":["0-29","30-89"]}`},
	{"performance marker", "112-Perf Marker\r\n Timestamp: 1.5\r\n Stripe Index: 0\r\n Stripe Bytes Transferred: 7\r\n Total Stripe Count: 1\r\n112 End.\r\n", "STOR",
		`{"kind":"performance","timestamp":"1.5","stripe":0,"bytes":7,"stripes":1}`},
	{"a farewell with the code of the last reply", "227 Logout.\r\n", "QUIT", `{"kind":""}`},
	{"a farewell, command unknown", "227 Logout.\r\n", "", `{"kind":""}`},
	{"PASV, redacted", "227 Entering Passive Mode (x,x,x,x,4,1)\r\n", "PASV",
		`{"kind":"passive","port":1025,"error":"payload: redacted at offset 27: \"x,x,x,x,4,1\" (RFC 959, section 5.3.2; RFC 1123, section 4.1.2.6)"}`},
	{"OPTS MLST, words swapped", "200 OPTS MLST type;size;\r\n", "OPTS", `{"kind":"fact-selection","facts":["type","size"],"tolerances":["other-label"]}`},
	{"STAT of a file in one line", "212 -rw-r--r-- 1 u g 5 Nov 22 10:25 x\r\n", "STAT",
		`{"kind":"listing","lines":["-rw-r--r-- 1 u g 5 Nov 22 10:25 x"],"tolerances":["one-line"]}`},
	{"STAT in one line of words", "211 all is well\r\n", "STAT", `{"kind":"listing","lines":[]}`},
	{"features by their shape, no heading", "211-\r\n AUTH TLS\r\n MLST type*;size*;\r\n Compliance Level: 19981201\r\n211 End\r\n", "",
		`{"kind":"features","features":[{"label":"AUTH","params":"TLS"},{"label":"MLST","params":"type*;size*;"},{"label":"Compliance","params":"Level: 19981201"}],"tolerances":["other-case"]}`},
	{"features by their shape, small letters", "211-Extensions supported:\r\n size\r\n mdtm\r\n211 end\r\n", "",
		`{"kind":"features","features":[{"label":"size"},{"label":"mdtm"}],"tolerances":["other-case"]}`},
	{"a status is not features", "211-vsftpd status\r\n     Connected to 192.0.2.1\r\n     TYPE: ASCII\r\n211 End\r\n", "",
		`{"kind":"listing","lines":["     Connected to 192.0.2.1","     TYPE: ASCII"]}`},
	{"a name without the space before it", "250-Status\r\n type=dir;UNIX.mode=0777;/\r\n250 End\r\n", "MLST",
		`{"kind":"facts","facts":{"type":"dir","unix.mode":"0777"},"path":"/","tolerances":["missing-space"]}`},
	{"a size below zero", "250-a\r\n size=-1; x\r\n250 b\r\n", "MLST",
		`{"kind":"facts","facts":{"size":"-1"},"path":"x","error":"payload: not in the grammar at offset 13: \"-1\" (RFC 3659, section 7.5)"}`},
	{"month 13", "250-a\r\n modify=20241301000000; x\r\n250 b\r\n", "MLST",
		`{"kind":"facts","facts":{"modify":"20241301000000"},"path":"x","error":"payload: out of range at offset 19: \"13\" (RFC 3659, section 2.3)"}`},
	{"size by its shape", "213 812\r\n", "", `{"kind":"size","size":812}`},
	{"words around a number have no certain shape", "213 812 bytes\r\n", "", `{"kind":""}`},
	{"verb in small letters", "213 812 bytes\r\n", "size", `{"kind":"size","size":812,"tolerances":["text-after"]}`},
	{"MDTM", "213 20260102030405.123\r\n", "MDTM", `{"kind":"time","time":"2026-01-02T03:04:05.123Z"}`},
	{"time by its shape", "213 20260102030405\r\n", "", `{"kind":"time","time":"2026-01-02T03:04:05Z"}`},
	{"a size that looks like a time", "213 20260102030405\r\n", "SIZE", `{"kind":"size","size":20260102030405}`},
	{"year 2000", "213 191260102030405\r\n", "MDTM",
		`{"kind":"time","time":"2026-01-02T03:04:05Z","error":"payload: year counted from 1900 after a 19 at offset 4: \"19126\" (RFC 3659, section 2.3)"}`},
	{"FEAT", "211-Features:\r\n MLST type*;size*;\r\n UTF8\r\n211 End\r\n", "FEAT",
		`{"kind":"features","features":[{"label":"MLST","params":"type*;size*;"},{"label":"UTF8"}]}`},
	{"features by their shape", "211-Features:\r\n UTF8\r\n211 End\r\n", "", `{"kind":"features","features":[{"label":"UTF8"}]}`},
	{"no features", "211 No features\r\n", "FEAT", `{"kind":"features","features":[]}`},
	{"one line of 211", "211 Status\r\n", "", `{"kind":""}`},
	{"STAT", "211-Status\r\n UTF8\r\n211 End\r\n", "STAT", `{"kind":"listing","lines":[" UTF8"]}`},
	{"listing by its shape", "211-FTP server status:\r\n     Logged in as ftp\r\n211 End\r\n", "",
		`{"kind":"listing","lines":["     Logged in as ftp"]}`},
	{"STAT of a file", "213-STAT\r\n-rw-r--r-- x\r\n213 End\r\n", "STAT", `{"kind":"listing","lines":["-rw-r--r-- x"]}`},
	{"STAT of a directory", "212-STAT\r\n212 End\r\n", "", `{"kind":"listing","lines":[]}`},
	{"MLST", "250-Begin\r\n type=file; x y\r\n250 End\r\n", "MLST", `{"kind":"facts","facts":{"type":"file"},"path":"x y"}`},
	{"facts by their shape", "250-Begin\r\n Type=dir;UNIX.mode=0755;type=file; x\r\n250 End\r\n", "",
		`{"kind":"facts","facts":{"type":"dir","unix.mode":"0755"},"path":"x"}`},
	{"MLST without facts", "250-Begin\r\n  x\r\n250 End\r\n", "MLST", `{"kind":"facts","facts":{},"path":"x"}`},
	{"a message of CWD", "250-Welcome\r\n  indented\r\n250 ok\r\n", "", `{"kind":""}`},
	{"CWD", "250-Begin\r\n type=file; x y\r\n250 End\r\n", "CWD", `{"kind":""}`},
	{"MLST without an entry", "250 ok\r\n", "MLST",
		`{"kind":"facts","error":"payload: nothing there to read at offset 4: \"\" (RFC 3659, section 7.2)"}`},
	{"MFMT", "213 Modify=20200102030405; x\r\n", "MFMT", `{"kind":"facts","facts":{"modify":"20200102030405"},"path":"x"}`},
	{"MFMT in words", "213 UTIME OK\r\n", "MFMT", `{"kind":""}`},
	{"HASH", "213 SHA-1 0-5 45D83A7A053B17A67215079F08F619580DC011BB x\r\n", "HASH",
		`{"kind":"digest","algorithm":"SHA-1","start":0,"end":5,"hex":"45D83A7A053B17A67215079F08F619580DC011BB","path":"x"}`},
	{"XCRC", "250-Computing CRC32 digest\r\n250 C70B3765\r\n", "XCRC", `{"kind":"digest","hex":"C70B3765"}`},
	{"MD5", "251 a b " + md5Hex + "\r\n", "MD5", `{"kind":"digest","hex":"` + md5Hex + `","path":"a b"}`},
	{"marker under 251", "251 MARK 12345678 = 12345678\r\n", "", `{"kind":"marker","sent":"12345678","received":"12345678","tolerances":["other-code"]}`},
	{"marker under 251, in words", "251 x\r\n", "RETR", `{"kind":""}`},
	{"SYST", "215 UNIX Type: L8\r\n", "SYST", `{"kind":"system","name":"UNIX"}`},
	{"RETR", "150 Opening (1024 bytes)\r\n", "RETR", `{"kind":"transfer","bytes":1024}`},
	{"RETR without a size", "150 Opening\r\n", "RETR", `{"kind":""}`},
	{"STOU", "150 FILE: a (5 bytes)\r\n", "STOU", `{"kind":"transfer","file":"a (5 bytes)"}`},
	{"STOU by its shape", "125 FILE: a\r\n", "", `{"kind":"transfer","file":"a"}`},
	{"marker", "110 MARK 1 = 2\r\n", "", `{"kind":"marker","sent":"1","received":"2"}`},
	{"delay", "120 Service ready in 003 minutes.\r\n", "", `{"kind":"delay","minutes":3}`},
	{"delay in words", "120 soon\r\n", "", `{"kind":""}`},
	{"ALGS", "216 EPSVEPRT\r\n", "ALGS", `{"kind":"translation","commands":"EPSVEPRT"}`},
	{"ESTA", "225 Connected from (|1|192.0.2.1|5|)\r\n", "ESTA", `{"kind":"connection","port":5,"host":"192.0.2.1"}`},
	{"ABOR", "225 Data connection open\r\n", "ABOR", `{"kind":""}`},
	{"225", "225 Data connection open\r\n", "", `{"kind":""}`},
	{"REST", "350 Restarting at 5\r\n", "REST", `{"kind":"restart","offset":5}`},
	{"restart by its shape", "350 Restart position accepted (5).\r\n", "", `{"kind":"restart","offset":5}`},
	{"RNFR", "350 Rename 5 to?\r\n", "RNFR", `{"kind":""}`},
	{"350 with a number", "350 Rename 5 to?\r\n", "", `{"kind":""}`},
	{"PBSZ", "200 PBSZ=0\r\n", "PBSZ", `{"kind":"protection-buffer","size":0}`},
	{"PBSZ in words", "200 PBSZ set to 0.\r\n", "PBSZ", `{"kind":""}`},
	{"OPTS MLST", "200 MLST OPTS type;size;\r\n", "OPTS", `{"kind":"fact-selection","facts":["type","size"]}`},
	{"OPTS HASH", "200 SHA-256\r\n", "OPTS", `{"kind":"hash-algorithm","algorithm":"SHA-256"}`},
	{"OPTS UTF8", "200 OK\r\n", "OPTS", `{"kind":""}`},
	{"EPRT", "522 use (1,2)\r\n", "EPRT", `{"kind":"protocols","protocols":[1,2]}`},
	{"EPRT without a list", "522 Bad network protocol.\r\n", "EPRT",
		`{"kind":"protocols","error":"payload: nothing there to read at offset 4: \"Bad network protocol.\" (RFC 2428, section 2; RFC 1639, section 4)"}`},
	{"LIST without PROT P", "522 Data connections must be encrypted.\r\n", "LIST", `{"kind":""}`},
	{"ADAT", "335 ADAT=YWJj\r\n", "ADAT", `{"kind":"security","bytes":3}`},
	{"ADAT, cut", "335 ADAT=YWJjY\r\n", "ADAT",
		`{"kind":"security","error":"payload: not in the grammar at offset 9: \"\" (RFC 2228, section 10)"}`},
	{"AUTH TLS", "234 Proceed\r\n", "AUTH", `{"kind":""}`},
	{"challenge", "336 Challenge is \"x\".\r\n", "USER", `{"kind":"challenge","text":"x"}`},
	{"protected", "632-YWJj\r\n632 YWI=\r\n", "MIC", `{"kind":"protected","bytes":5}`},
	{"no payload", "220 ready\r\n", "", `{"kind":""}`},
	{"bytes that are not UTF-8", "257 \"/\xe9\"\r\n", "PWD", `{"kind":"path","path":"/` + `\ufffd` + `"}`},
}

func TestOf(t *testing.T) {
	for _, tt := range kindTests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(Of(reply(t, tt.raw), tt.verb))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, unescape(got)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// unescape takes off what Marshal does to HTML and MarshalJSON does not.
func unescape(b []byte) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
}

// TestOfKeepsNothing of the reply's bytes.
func TestOfKeepsNothing(t *testing.T) {
	for _, tt := range kindTests {
		raw := []byte(tt.raw)
		r, err := ftpreply.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		p := Of(r, tt.verb)
		before, _ := json.Marshal(p)
		for i := range raw {
			raw[i] = '#'
		}
		after, _ := json.Marshal(p)
		if diff := cmp.Diff(string(before), string(after)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// TestKinds: the verb of a kind decides, whatever the text, and each kind has a test.
func TestKinds(t *testing.T) {
	var tested []string
	for _, tt := range kindTests {
		tested = append(tested, Of(reply(t, tt.raw), tt.verb).Kind)
	}
	for _, k := range kinds {
		if !slices.Contains(tested, k.name) {
			t.Errorf("no test has the kind %s", k.name)
		}
		for _, c := range k.codes {
			for verb := range strings.FieldsSeq(k.verbs) {
				p := Of(reply(t, c.String()+" \r\n"), verb)
				if !k.optional && (p.Kind != k.name || p.Err == nil && k.certain == nil) {
					t.Errorf("%v to %s: %q, %v", c, verb, p.Kind, p.Err)
				}
			}
		}
	}
}

func TestMarshalFields(t *testing.T) {
	got, err := json.Marshal(Payload{Kind: "k", Fields: []Field{{"b", []Field{}}, {"a", [][]Field{{{"<", 1}}, {}}}}})
	if want := `{"kind":"k","b":{},"a":[{"<":1},{}]}`; err != nil || unescape(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	for _, value := range []any{func() {}, []Field{{"f", func() {}}}, [][]Field{{{"f", func() {}}}}} {
		if _, err := json.Marshal(Payload{Fields: []Field{{"f", value}}}); err == nil {
			t.Error("a function was marshalled")
		}
	}
}

func TestOfZeroReply(t *testing.T) {
	if p := Of(ftpreply.Reply{}, "SIZE"); p.Kind != "" || p.Err != nil {
		t.Errorf("%+v", p)
	}
	for _, k := range kinds {
		_, d, err := k.read(ftpreply.Reply{})
		if !errors.Is(err, ErrCode) {
			t.Errorf("%s: %v %v", k.name, d, err)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, tt := range kindTests {
		f.Add([]byte(tt.raw), tt.verb)
	}
	codes := []string{}
	for _, k := range kinds {
		for _, c := range k.codes {
			if !slices.Contains(codes, c.String()) {
				codes = append(codes, c.String())
			}
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, verb string) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			p := Of(r, verb)
			checkResult(t, r, p.Tolerances, p.Err)
			b, err := json.Marshal(p)
			if err != nil || !json.Valid(b) {
				t.Errorf("%+v: %s, %v", p, b, err)
			}
			if p.Err != nil && verb == "" && !slices.ContainsFunc(kinds[:], func(k kind) bool { return k.name == p.Kind && k.verbs == "" }) &&
				(errors.Is(p.Err, ErrMissing) || p.Kind != "passive" && p.Kind != "path" && p.Kind != "transfer") {
				t.Errorf("guessed %s: %v", p.Kind, p.Err)
			}
		}, codes...)
	})
}
