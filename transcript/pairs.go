package transcript

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"

	"github.com/ftpreply/ftpreply/fidelity"
)

// Monitors and web servers write a record for each command, with the code of its last reply
// and perhaps the text. The greeting and preliminary replies are missing, and where a record
// shows a reply that came before the next command was sent is not known.

// A pair is one record.
type pair struct {
	id             string // of the connection
	client, server netip.AddrPort
	command        string // "" for a reply to nothing that the recording shows
	codes, texts   []string
	moved          int64 // bytes of the transfer
}

// give gives the events of a pair. Before the first of a connection the greeting is missing.
func (p *pair) give(out *emitter) {
	before := out.count
	conn := out.conn(p.id)
	event := Event{Conn: conn, Client: p.client, Server: p.server}
	if out.count > before {
		event.lose(out, Server)
	}
	if p.command != "" {
		event.send(Client, []byte(p.command), out)
	}
	if len(p.codes) == 1 && len(p.texts) > 1 && isCode([]byte(p.codes[0])) { // one reply of several lines
		for _, text := range p.texts[:len(p.texts)-1] {
			event.send(Server, []byte(p.codes[0]+"-"+strings.TrimRight(text, "\r\n")), out)
		}
		p.texts = p.texts[len(p.texts)-1:]
	}
	event.Transferred = p.moved
	for i, code := range p.codes {
		if len(code) != 3 || !isCode([]byte(code)) {
			continue
		}
		text := ""
		if i < len(p.texts) {
			text = strings.TrimRight(p.texts[i], "\r\n")
		}
		event.send(Server, []byte(code+" "+text), out)
		if code == "221" || code == "421" {
			out.forget(p.id)
		}
	}
}

const pairsKeep = fidelity.Texts | fidelity.BothSides | fidelity.Passwords

// Zeek writes ftp.log as columns between tabs, named in a line of its own, or as JSON:
//
//	#fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	user	password	command	arg	…	reply_code	reply_msg	…
//	{"ts":1795342995.1,"uid":"C1","id.orig_h":"192.0.2.2",…,"command":"PASV","reply_code":227,"reply_msg":"…"}
//
// It logs the commands that its configuration names, by default those about files and data
// connections.
var zeek = Format{
	Name:       "zeek",
	Producer:   "Zeek, ftp.log as columns or as JSON",
	Recognised: "#fields with command and reply_code, or JSON with uid and either of them",
	Loses:      "commands that Zeek does not log; further lines of replies; preliminary replies and greetings",
	Keeps:      pairsKeep,
	Clock:      AbsoluteClock,
	recognise:  recogniseZeek,
	decode:     lines(func() lineLog { return &zeekLog{} }),
}

func recogniseZeek(head []byte) int {
	n := linesWith(`"uid"`, func(line []byte) bool {
		return line[0] == '{' && (bytes.Contains(line, []byte(`"reply_code"`)) || bytes.Contains(line, []byte(`"command"`)))
	})(head)
	fields := linesWith("#fields\t", func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("#fields\t")) && bytes.Contains(line, []byte("\tcommand\t")) && bytes.Contains(line, []byte("\treply_code"))
	})(head)
	if fields > 0 {
		n += bytes.Count(head, []byte{'\n'})
	}
	return n
}

type zeekLog struct{ fields []string }

func (l *zeekLog) line(line []byte, out *emitter) error {
	record := map[string]string{}
	switch {
	case bytes.HasPrefix(line, []byte("#fields\t")):
		l.fields = strings.Split(string(line), "\t")[1:]
		return nil
	case len(line) > 0 && line[0] == '{':
		var values map[string]json.RawMessage
		if err := json.Unmarshal(line, &values); err != nil {
			return err
		}
		for name, value := range values {
			record[name] = ekValue(value)
		}
	case len(line) == 0 || line[0] == '#' || l.fields == nil:
		return nil
	default:
		for i, value := range strings.Split(string(line), "\t") {
			if i < len(l.fields) && value != "-" && value != "(empty)" {
				record[l.fields[i]] = unescapeZeek(value)
			}
		}
	}
	if t, _, n := parseStamp([]byte(record["ts"])); n > 0 {
		out.at(t)
	} else if seconds, err := strconv.ParseFloat(record["ts"], 64); err == nil {
		out.at(Epoch.Add(secondsOf(seconds)))
	}
	p := pair{id: record["uid"], command: record["command"], client: zeekEndpoint(record, "id.orig_"), server: zeekEndpoint(record, "id.resp_")}
	if arg := record["arg"]; arg != "" && p.command != "" {
		if strings.HasPrefix(arg, "ftp://") && transfers.MatchString(p.command) {
			_, path, _ := strings.Cut(strings.TrimPrefix(arg, "ftp://"), "/")
			arg = strings.TrimPrefix(path, ".") // Zeek makes a URL of the path
		}
		p.command += " " + arg
	}
	if p.command != "" && !isCommand([]byte(p.command)) && !strings.Contains(p.command, " ") {
		p.command = "" // <init>, the greeting
	}
	if code := record["reply_code"]; code != "" && code != "0" {
		p.codes, p.texts = []string{code}, []string{record["reply_msg"]}
	}
	p.moved, _ = strconv.ParseInt(record["file_size"], 10, 64)
	p.give(out)
	return nil
}

// unescapeZeek replaces \xNN by the byte.
func unescapeZeek(s string) string {
	if !strings.Contains(s, `\x`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x' {
			if n, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func zeekEndpoint(record map[string]string, prefix string) netip.AddrPort {
	address, _ := netip.ParseAddr(record[prefix+"h"])
	port, _ := strconv.ParseUint(record[prefix+"p"], 10, 16)
	return netip.AddrPortFrom(address, uint16(port))
}

// Suricata writes an event of type ftp for each command, with all replies to it:
//
//	{"timestamp":"…","flow_id":1,"event_type":"ftp","src_ip":"192.0.2.2",…,
//	 "ftp":{"command":"USER","command_data":"u","completion_code":["331"],"reply":["pw"],"reply_received":"yes"}}
var eve = Format{
	Name:       "eve",
	Producer:   "Suricata, eve.json, events of type ftp",
	Recognised: `"event_type":"ftp" on a line of JSON`,
	Loses:      "how the lines of a reply began; when a reply came",
	Keeps:      pairsKeep,
	Clock:      AbsoluteClock,
	recognise:  linesWith(`"event_type":`, func(line []byte) bool { return line[0] == '{' && eveFTP(line) }),
	decode:     lines(func() lineLog { return eveLog{} }),
}

func eveFTP(line []byte) bool {
	return bytes.Contains(line, []byte(`"event_type":"ftp"`)) || bytes.Contains(line, []byte(`"event_type": "ftp"`))
}

type eveLog struct{}

func (eveLog) line(line []byte, out *emitter) error {
	if len(line) == 0 || line[0] != '{' || !eveFTP(line) {
		return nil
	}
	var record struct {
		Timestamp string
		FlowID    json.Number `json:"flow_id"`
		SrcIP     string      `json:"src_ip"`
		SrcPort   uint16      `json:"src_port"`
		DestIP    string      `json:"dest_ip"`
		DestPort  uint16      `json:"dest_port"`
		FTP       struct {
			Command        string
			CommandData    string   `json:"command_data"`
			CompletionCode []string `json:"completion_code"`
			Reply          []string
		}
	}
	if err := json.Unmarshal(line, &record); err != nil {
		return err
	}
	t, _, _ := parseStamp([]byte(record.Timestamp))
	out.at(t)
	client, _ := netip.ParseAddr(record.SrcIP)
	server, _ := netip.ParseAddr(record.DestIP)
	p := pair{id: record.FlowID.String(), command: record.FTP.Command, codes: record.FTP.CompletionCode, texts: record.FTP.Reply,
		client: netip.AddrPortFrom(client, record.SrcPort), server: netip.AddrPortFrom(server, record.DestPort)}
	if record.SrcPort == 21 && record.DestPort != 21 {
		p.client, p.server = p.server, p.client
	}
	if p.command != "" && record.FTP.CommandData != "" {
		p.command += " " + record.FTP.CommandData
	}
	p.give(out)
	return nil
}

// IIS writes a row for each command, with the columns that a line names:
//
//	#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem sc-status sc-win32-status … x-session
//	2026-11-22 10:00:00 192.0.2.2 - 192.0.2.1 21 USER anna 331 0 … 6f3a
var iis = Format{
	Name:       "iis",
	Producer:   "IIS FTP service, W3C log",
	Recognised: "#Fields: with cs-method and sc-status, and rows with verbs of FTP",
	Loses:      "the texts of replies; preliminary replies and greetings",
	Keeps:      fidelity.BothSides,
	Clock:      AbsoluteClock,
	recognise:  recogniseIIS,
	decode:     lines(func() lineLog { return &iisLog{} }),
}

func recogniseIIS(head []byte) (n int) {
	if !bytes.Contains(head, []byte("#Fields: ")) || !bytes.Contains(head, []byte("sc-status")) {
		return 0
	}
	var l iisLog
	for line := range linesOf(head) {
		record := l.record(line)
		if isVerb([]byte(record["cs-method"])) {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return n + bytes.Count(head, []byte("\n#"))
}

type iisLog struct{ fields []string }

func (l *iisLog) record(line []byte) map[string]string {
	if fields, ok := bytes.CutPrefix(line, []byte("#Fields: ")); ok {
		l.fields = strings.Fields(string(fields))
	}
	if len(line) == 0 || line[0] == '#' || l.fields == nil {
		return nil
	}
	record := map[string]string{}
	for i, value := range strings.Fields(string(line)) {
		if i < len(l.fields) && value != "-" {
			record[l.fields[i]] = value
		}
	}
	return record
}

func (l *iisLog) line(line []byte, out *emitter) error {
	record := l.record(line)
	if record == nil {
		return nil
	}
	t, _, _ := parseStamp([]byte(record["date"] + " " + record["time"]))
	out.at(t)
	client, _ := netip.ParseAddr(record["c-ip"])
	server, _ := netip.ParseAddr(record["s-ip"])
	port, _ := strconv.ParseUint(record["s-port"], 10, 16)
	method := record["cs-method"]
	if i := strings.IndexByte(method, ']'); i > 0 && method[0] == '[' {
		method = method[i+1:] // IIS 6: [4]USER
	}
	p := pair{id: record["x-session"], client: netip.AddrPortFrom(client, 0), server: netip.AddrPortFrom(server, uint16(port))}
	if p.id == "" {
		p.id = record["c-ip"]
	}
	if isVerb([]byte(method)) {
		p.command = strings.TrimRight(method+" "+strings.ReplaceAll(record["cs-uri-stem"], "+", " "), " ")
		p.codes = []string{record["sc-status"]}
		p.give(out)
	} else if method == "ControlChannelClosed" {
		out.forget(p.id)
	}
	return nil
}
