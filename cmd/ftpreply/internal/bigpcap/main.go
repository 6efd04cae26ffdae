// Bigpcap makes a large packet capture for a benchmark out of small ones: it repeats their
// connections, many of them at a time, under addresses of their own.
//
//	bigpcap -bytes 1073741824 -connections 20000 out.pcap session.pcap...
//
// Only connections over Ethernet and IPv4 that have their end in the capture are taken.
// Checksums are left as they were.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

func main() {
	size := flag.Int64("bytes", 1<<30, "length of the capture")
	connections := flag.Int("connections", 20000, "connections at a time")
	flag.Parse()
	if err := run(flag.Arg(0), flag.Args()[min(1, flag.NArg()):], *size, *connections); err != nil {
		fmt.Fprintln(os.Stderr, "bigpcap:", err)
		os.Exit(1)
	}
}

// The offsets of the fields that are rewritten in a frame of Ethernet, IPv4 without options, and TCP.
const (
	ipAt      = 14
	sourceAt  = ipAt + 12
	tcpAt     = ipAt + 20
	minFrame  = tcpAt + 20
	ftpPort   = 21
	frameTime = time.Microsecond
)

// A session is the frames of one connection.
type session [][]byte

func run(out string, in []string, size int64, connections int) error {
	var sessions []session
	for _, name := range in {
		s, err := readSessions(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		sessions = append(sessions, s...)
	}
	if len(sessions) == 0 {
		return fmt.Errorf("no sessions")
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w, sessions, size, connections); err != nil {
		return err
	}
	return w.Flush()
}

// readSessions splits a capture into its connections.
func readSessions(name string) ([]session, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := pcapgo.NewReader(f)
	if err != nil || r.LinkType() != layers.LinkTypeEthernet {
		return nil, err
	}
	var sessions []session
	byPort := map[uint16]int{}
	for {
		b, _, err := r.ReadPacketData()
		if err == io.EOF {
			return slices.DeleteFunc(sessions, session.isOpen), nil
		}
		if err != nil {
			return nil, err
		}
		if len(b) < minFrame || b[ipAt] != 0x45 {
			continue
		}
		port := clientPort(b)
		i, ok := byPort[port]
		if !ok {
			i = len(sessions)
			byPort[port] = i
			sessions = append(sessions, nil)
		}
		sessions[i] = append(sessions[i], b)
	}
}

// isOpen reports whether the end of the connection is not in the capture. If it were
// repeated, more would be open in the end than are asked for.
func (s session) isOpen() bool {
	const fin, rst = 1, 4
	var byServer, byClient bool
	for _, b := range s {
		source, _ := ports(b)
		flags := b[tcpAt+13]
		if flags&rst != 0 {
			return false
		}
		if flags&fin != 0 && source == ftpPort {
			byServer = true
		} else if flags&fin != 0 {
			byClient = true
		}
	}
	return !byServer || !byClient
}

func ports(b []byte) (source, destination uint16) {
	return binary.BigEndian.Uint16(b[tcpAt:]), binary.BigEndian.Uint16(b[tcpAt+2:])
}

func clientPort(b []byte) uint16 {
	source, destination := ports(b)
	if source == ftpPort {
		return destination
	}
	return source
}

// A slot repeats sessions, one after the other.
type slot struct {
	frames session
	number uint32 // of the connection, which gives its addresses
}

func write(out io.Writer, sessions []session, size int64, connections int) error {
	w := pcapgo.NewWriter(out)
	if err := w.WriteFileHeader(262144, layers.LinkTypeEthernet); err != nil {
		return err
	}
	slots := make([]slot, connections)
	next, at := uint32(0), time.Unix(1700000000, 0)
	for written := int64(0); written < size; {
		for i := range slots {
			s := &slots[i]
			if len(s.frames) == 0 {
				s.frames, s.number = sessions[int(next)%len(sessions)], next
				next++
			}
			b := s.frames[0]
			s.frames = s.frames[1:]
			s.rewrite(b)
			at = at.Add(frameTime)
			if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(b), Length: len(b)}, b); err != nil {
				return err
			}
			written += int64(len(b)) + 16
		}
	}
	return nil
}

// rewrite gives a frame the client of the slot's connection, in 10.0.0.0/8. The server stays
// as it was: its replies may name its address.
func (s *slot) rewrite(b []byte) {
	const portsPerClient = 1 << 14
	client := 10<<24 | s.number/portsPerClient + 1
	port := uint16(1<<15 + s.number%portsPerClient)
	addressAt, portAt := sourceAt, tcpAt
	if source, _ := ports(b); source == ftpPort {
		addressAt, portAt = sourceAt+4, tcpAt+2
	}
	binary.BigEndian.PutUint32(b[addressAt:], client)
	binary.BigEndian.PutUint16(b[portAt:], port)
}
