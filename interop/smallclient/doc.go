// Package smallclient contains the same FTP client twice: over this library ([Client]), and
// over net/textproto ([TextprotoClient]) for comparison. Both log in with or without TLS, list,
// resume and store files, rename, and abort, with a deadline for every reply and without
// taking a reply for that of another command. A test runs both against real servers and
// compares their sizes.
package smallclient

import (
	"io"
	"time"
)

// Patience is how long a client waits for a reply or for data.
const Patience = 10 * time.Second

// An Entry is a file in a listing.
type Entry struct {
	Name string
	Size uint64
	Dir  bool
}

// A Conn is the part that both clients have in common.
type Conn interface {
	StartTLS() error
	Login(user, password string) error
	Has(feature string) bool
	List(dir string) ([]Entry, error)
	Size(name string) (uint64, error)
	Retrieve(name string, offset int64, to io.Writer) error
	Store(name string, from io.Reader) error
	Rename(from, to string) error
	Abort(name string) error
	Quit() error
}
