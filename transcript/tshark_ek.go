package transcript

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// tshark prints a packet capture as JSON, one packet a line, with
//
//	tshark -r FILE -T ek -Y 'tcp.port == 21'
//
// or, in a tenth of the space, with some fields alone:
//
//	tshark -r FILE -T ek -Y 'tcp.port == 21' -e frame.time_epoch -e ip.src -e ip.dst -e ipv6.src -e ipv6.dst
//	       -e tcp.stream -e tcp.srcport -e tcp.dstport -e tcp.flags -e tcp.seq -e tcp.len -e tcp.payload
//
// The reader takes the bytes of TCP from each packet, not the dissection by tshark. The segments
// of a connection are put into the order that TCP gave them. A connection is one to port 21, or
// one that tshark takes for FTP (-d tcp.port==2121,ftp).
var tsharkEK = Format{
	Name:       "tshark-ek",
	Producer:   "tshark -T ek -Y 'tcp.port == 21'",
	Recognised: `{"timestamp": …, "layers": …} on a line`,
	Keeps:      fidelity.All,
	Clock:      AbsoluteClock,
	recognise:  linesWith(`"layers":{`, isEK),
	decode:     lines(func() lineLog { return &ekLog{streams: map[string]*ekStream{}} }),
}

func isEK(line []byte) bool {
	return bytes.HasPrefix(line, []byte(`{"timestamp":`)) && bytes.Contains(line, []byte(`"layers":{`))
}

type ekLog struct {
	streams map[string]*ekStream // by tcp.stream
}

// An ekStream is a control connection.
type ekStream struct {
	conn           int
	serverPort     string
	server, client netip.AddrPort
	sides          [2]segments
}

func (l *ekLog) line(line []byte, out *emitter) error {
	if !isEK(line) {
		return nil
	}
	p, err := parseEK(line)
	if err != nil {
		return err
	}
	s := l.stream(p, out)
	if s == nil {
		return nil
	}
	out.at(p.time())
	return s.packet(p, out)
}

// end delivers the segments that still wait for a missing one.
func (l *ekLog) end(out *emitter) {
	byConn := func(a, b *ekStream) int { return cmp.Compare(a.conn, b.conn) }
	for _, s := range slices.SortedFunc(maps.Values(l.streams), byConn) {
		for side := range s.sides {
			s.sides[side].flush(s.into(Side(side), out))
		}
	}
}

func (l *ekLog) stream(p ekPacket, out *emitter) *ekStream {
	id := p["tcp_stream"]
	if s := l.streams[id]; s != nil {
		return s
	}
	port := p.serverPort()
	if port == "" {
		return nil
	}
	if len(l.streams) == maxConns {
		l.end(out)
		clear(l.streams)
	}
	s := &ekStream{conn: out.newConn(), serverPort: port, server: p.endpoint("src"), client: p.endpoint("dst")}
	if p["tcp_srcport"] != port {
		s.server, s.client = s.client, s.server
	}
	l.streams[id] = s
	return s
}

// errNoPayload: without the bytes there is nothing to read.
var errNoPayload = errors.New("there is no tcp.payload; tshark is to be run without -j and -J")

// The flags of TCP (RFC 9293, section 3.1).
const (
	tcpFIN = 1 << iota
	tcpSYN
	tcpRST
)

func (s *ekStream) packet(p ekPacket, out *emitter) error {
	side := Server
	if p["tcp_srcport"] != s.serverPort {
		side = Client
	}
	payload, err := hex.DecodeString(strings.ReplaceAll(p["tcp_payload"], ":", ""))
	if err != nil {
		return err
	}
	size, err := strconv.Atoi(p["tcp_len"])
	if err != nil {
		size = len(payload)
	}
	if len(payload) == 0 && (size > 0 || p["tcp_srcport"] == "") {
		return errNoPayload
	}
	flags, _ := strconv.ParseUint(p["tcp_flags"], 0, 16)
	seq, err := strconv.ParseUint(p["tcp_seq"], 10, 32)
	if err != nil {
		seq = uint64(s.sides[side].next) // they are taken as they come
	}
	if flags&tcpSYN != 0 {
		seq++
	}
	send, lost := s.into(side, out)
	s.sides[side].add(segment{uint32(seq), size, payload}, send, lost)
	if flags&(tcpFIN|tcpRST) != 0 {
		s.sides[side].flush(send, lost)
		out.add(Event{Kind: HangUp, Conn: s.conn, Side: side, Server: s.server, Client: s.client}, "")
	}
	return nil
}

// into returns functions that report bytes of one side, and their loss.
func (s *ekStream) into(side Side, out *emitter) (send func([]byte), lost func(int64)) {
	event := Event{Conn: s.conn, Side: side, Server: s.server, Client: s.client}
	return func(b []byte) {
			e := event
			e.Bytes = b
			out.add(e, "")
		}, func(n int64) {
			e := event
			e.Kind, e.Lost = Gap, n
			out.add(e, "")
		}
}

// An ekPacket has the fields of one packet by the names that tshark gives them with -e.
type ekPacket map[string]string

func parseEK(line []byte) (ekPacket, error) {
	var packet struct{ Layers map[string]json.RawMessage }
	if err := json.Unmarshal(line, &packet); err != nil {
		return nil, err
	}
	p := ekPacket{}
	for name, value := range packet.Layers {
		p[name] = ekValue(value)
	}
	for _, name := range []string{"frame", "ip", "ipv6", "tcp", "ftp"} {
		p.addLayer(name, packet.Layers[name])
	}
	return p, nil
}

// addLayer adds the fields of a layer, which has its own name before each of theirs.
func (p ekPacket) addLayer(layer string, value json.RawMessage) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(value, &fields) != nil {
		return
	}
	for name, value := range fields {
		if field, ok := strings.CutPrefix(name, layer+"_"); ok && strings.HasPrefix(field, layer+"_") {
			p[field] = ekValue(value)
		}
	}
}

// ekValue is a string, or the first of several; any other value is left unchanged.
func ekValue(value json.RawMessage) string {
	var all []string
	if json.Unmarshal(value, &all) == nil && len(all) > 0 {
		return all[0]
	}
	var one string
	if json.Unmarshal(value, &one) == nil {
		return one
	}
	return string(value)
}

// serverPort is the port of the server-PI if this is of a control connection.
func (p ekPacket) serverPort() string {
	from, to := p["tcp_srcport"], p["tcp_dstport"]
	switch {
	case from == "21", to == "21":
		return "21"
	case isSet(p["ftp_response"]):
		return from
	case isSet(p["ftp_request"]):
		return to
	default:
		return ""
	}
}

func isSet(flag string) bool { return flag == "true" || flag == "1" }

// endpoint is the address of the source or of the destination.
func (p ekPacket) endpoint(which string) netip.AddrPort {
	address, err := netip.ParseAddr(p["ip_"+which])
	if err != nil {
		address, _ = netip.ParseAddr(p["ipv6_"+which])
	}
	port, _ := strconv.ParseUint(p["tcp_"+which+"port"], 10, 16)
	return netip.AddrPortFrom(address, uint16(port))
}

// time is in seconds, which the newest tshark writes as a date.
func (p ekPacket) time() time.Time {
	epoch := p["frame_time_epoch"]
	if t, err := time.Parse(time.RFC3339Nano, epoch); err == nil {
		return t
	}
	whole, part, _ := strings.Cut(epoch, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}
	}
	nanos, _ := strconv.ParseInt((part + "000000000")[:9], 10, 64)
	return time.Unix(seconds, nanos).UTC()
}
