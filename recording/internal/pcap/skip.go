package pcap

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gopacket/gopacket/layers"
)

// A Reason says why a packet or a connection was not examined.
type Reason uint8

const (
	examined Reason = iota

	// Of packets.
	UnknownLink  // the link type is not supported
	NotIP        // another protocol of the link, such as ARP
	NotTCP       // another protocol of IP, such as UDP
	Torn         // the snap length has cut a header, or a header is damaged
	Fragment     // other fragments of the packet are missing
	Encapsulated // in a tunnel that is not understood
	Encrypted    // in an encrypted tunnel or link; or a connection that begins with TLS
	Stray        // without data, of a connection that has no other packet here

	// Of connections, and of their packets.
	DataConnection // announced on a control connection, or from port 20
	NotFTP         // the first bytes are of another protocol
	TooLittle      // one of the sides has said too little to recognise FTP
	TooMany        // not followed any more, because too many others were open

	reasons
)

var reasonNames = [reasons]string{
	NotIP: "not IP", NotTCP: "not TCP", Torn: "cut or damaged header", Fragment: "incomplete fragments",
	Encapsulated: "unknown encapsulation", Encrypted: "encrypted", Stray: "no data",
	DataConnection: "data connection", NotFTP: "not FTP", TooLittle: "too few bytes", TooMany: "too many connections",
}

// A Skip counts the input that was not examined for one reason.
type Skip struct {
	Reason      string
	Packets     int64
	Connections int64
}

// skips counts by reason.
type skips struct {
	packets, connections [reasons]int64
	links                map[layers.LinkType]int64 // packets with UnknownLink
}

// packet counts a packet; link is its link type.
func (k *skips) packet(why Reason, link layers.LinkType) {
	k.packets[why]++
	if why == UnknownLink {
		if k.links == nil {
			k.links = map[layers.LinkType]int64{}
		}
		k.links[link]++
	}
}

// list returns the counts that are not 0, packets before connections.
func (k *skips) list() (list []Skip) {
	for _, link := range slices.Sorted(maps.Keys(k.links)) {
		list = append(list, Skip{Reason: linkName(link), Packets: k.links[link]})
	}
	for why := UnknownLink + 1; why < reasons; why++ {
		if k.packets[why] > 0 || k.connections[why] > 0 {
			list = append(list, Skip{reasonNames[why], k.packets[why], k.connections[why]})
		}
	}
	return list
}

// linkName returns the number of a link type, and its name if gopacket has one.
func linkName(t layers.LinkType) string {
	if name := t.String(); name != "" && name != "UnknownLinkType" {
		return fmt.Sprintf("link type %d (%s)", uint16(t), name)
	}
	return fmt.Sprintf("link type %d", uint16(t))
}
