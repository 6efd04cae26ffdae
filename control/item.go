package control

import (
	"bytes"
	"iter"
	"slices"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A Kind is the kind of an [Item].
type Kind uint8

const (
	ReplyItem      Kind = iota // a reply
	CommandItem                // a command, or an empty line from the client
	ErrorItem                  // bytes that are not a reply, or a reply that is too long or was cut off
	TLSItem                    // TLS records of the server after a 234; they are skipped
	GapItem                    // bytes of either side are missing here
	UnansweredItem             // a command that will not get a reply, or no final one: later commands have theirs
	OwedItem                   // a command that still waits for its final reply at the end
	EndItem                    // the end of the connection or of the recording
)

// An Ending says how [Conn.Close] ends a connection.
type Ending uint8

const (
	RecordingEnds    Ending = iota // the recording ends here, and does not show whether the connection does
	ConnectionClosed               // the recording shows that the connection was closed
	ConnectionLasts                // the connection goes on after the recording, so nothing incomplete proves anything
)

// An Item is the next thing that happened on a connection. It is valid until the function
// that receives it returns, and so are all bytes that it refers to.
type Item struct {
	Kind Kind
	// Seq numbers the replies, commands, errors and TLS items of the connection from 1. In
	// an UnansweredItem and an OwedItem it is the number of the command; otherwise 0.
	Seq  int64
	Time time.Time // of the last byte; zero when unknown
	// Record is Conn.Record of the last byte: the line or packet of the recording that
	// completed the item. It is 0 when unknown. In an UnansweredItem and an OwedItem it is
	// that of the command.
	Record int64

	// The place in the stream of the side that sent the bytes: offsets count from 0, lines
	// from 1, and every LF ends a line. Both start again after a gap. Unless secrets are shown,
	// a command with a secret ends where the secret begins, and the offsets of later commands
	// count it that way: the places do not reveal how long the secret is.
	Offset, End int64
	Line        int64

	// Reply is the reply of a ReplyItem. In an ErrorItem and a TLSItem its Raw are the bytes.
	Reply   ftpreply.Reply
	Reading Reading               // how the end of the reply was found
	Err     *ftpreply.SyntaxError // of an ErrorItem and a TLSItem; otherwise nil

	// Transferred is Conn.Transferred of a reply.
	Transferred int64

	// Command is the command of a CommandItem, an UnansweredItem and an OwedItem. In the
	// other items it is the command that was answered; nil when unknown.
	Command *Command
	// Verdict is the place of a reply in the dialogue. It is not nil in the items of the
	// server: ReplyItem, ErrorItem, TLSItem.
	Verdict *Verdict
	// Pending is the state of the command of an UnansweredItem or an OwedItem.
	Pending dialogue.Pending
	Waiting int // in an OwedItem: the number of commands that wait at the end

	Torn     bool // bytes are missing just before
	Private  bool // sent under TLS; see Conn.Private
	Injected bool // plain text that the server sent after a reply that starts TLS, before the client's first byte

	Ending       Ending // in an EndItem and an OwedItem
	HungUp       bool   // the client had closed its side, before the server did
	ServerHungUp bool   // the server had closed its side, before the client did

	joined   bool   // sent together with the command before: at the same time, from the same record
	window   []byte // bytes of the server in which the item begins at index at
	at       int
	lastLine []byte // last line of the server before the window
	marks    marks
	secrets  *secrets
	policy   SecretPolicy
	blind    bool // no command is known that the reply may answer
}

// before returns the last line of the server before the item; nil when unknown.
func (it *Item) before() []byte {
	if it.at > 0 {
		return lastLine(it.window[:it.at])
	}
	return it.lastLine
}

// FromClient reports whether the item is about a line that the client sent.
func (it *Item) FromClient() bool {
	return it.Kind == CommandItem || it.Kind == UnansweredItem || it.Kind == OwedItem
}

// Bytes returns the bytes of the reply, or of the command if the item is from the client.
func (it *Item) Bytes() []byte {
	if it.FromClient() {
		return it.Command.Line
	}
	return it.Reply.Raw()
}

// Position returns the place of an index of [Item.Bytes] in the stream: its offset, its
// line, and its column, which counts bytes from 1. Places in a secret and after it are that of
// its first byte, unless secrets are shown.
func (it *Item) Position(index int) (offset, line int64, column int) {
	if it.FromClient() && it.policy != ShowSecrets && it.Command.IsSecret() {
		index = min(index, it.Command.secret.from)
	}
	head := it.Bytes()[:index]
	line = it.Line + int64(bytes.Count(head, []byte{'\n'}))
	column = index - bytes.LastIndexByte(head, '\n')
	return it.Offset + int64(index), line, column
}

// RecordAt returns the number of the line or packet of the recording that has the byte at an
// index of [Item.Bytes], or 0 if it is unknown. A reply may consist of several.
func (it *Item) RecordAt(index int) int64 {
	if it.FromClient() {
		return it.Record
	}
	return it.marks.at(it.Offset+int64(index), it.Record)
}

// Mask returns b, bytes of either side, with every known secret replaced as
// [Conn.Secrets] says. The result may be b itself. At the end of the bytes of an
// ErrorItem, which may be incomplete, it also hides the beginning of a secret.
func (it *Item) Mask(b []byte) []byte { return it.MaskAs(it.policy, b) }

// MaskAs is Mask with another policy.
func (it *Item) MaskAs(policy SecretPolicy, b []byte) []byte {
	if policy == ShowSecrets {
		return b
	}
	return it.secrets.render(b, span{0, len(b)}, it.findSecrets(b, it.context()), policy)
}

// Echoes yields the places in the bytes of the reply at which it repeats the secret of its
// command, in any case, as a whole word.
func (it *Item) Echoes() iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		if it.Command == nil || !it.Command.IsSecret() {
			return
		}
		for _, f := range it.secrets.findOwn(nil, it.Reply.Raw(), context{own: it.Command.Secret()}) {
			if !yield(f.from, f.to) {
				return
			}
		}
	}
}

// findSecrets returns the places of the secrets in b. Of a command line, or the beginning of it,
// the verb stays even if it is a secret elsewhere.
func (it *Item) findSecrets(b []byte, in context) []span {
	if c := it.Command; c != nil && c.IsSecret() && len(b) > c.secret.from && bytes.HasPrefix(c.Line, b) {
		return []span{{c.secret.from, min(c.secret.to, len(b))}}
	}
	return it.secrets.find(b, in)
}

// context returns the facts about the Item on which masking depends.
func (it *Item) context() context {
	in := context{cut: it.Kind == ErrorItem, blind: it.blind || it.Command == nil && it.Torn}
	if it.Command != nil {
		in.own = it.Command.Secret()
	}
	return in
}

// Clone returns a copy of the item that owns its bytes. The copy masks secrets until the
// Conn is reset.
func (it *Item) Clone() *Item {
	kept := *it
	kept.Reply = it.Reply.Clone()
	kept.marks = slices.Clone(it.marks.from(it.Offset))
	kept.window, kept.at, kept.lastLine = nil, 0, bytes.Clone(it.before())
	if it.Command != nil {
		command := *it.Command
		command.Line = bytes.Clone(command.Line)
		kept.Command = &command
	}
	if it.Verdict != nil {
		verdict := *it.Verdict
		kept.Verdict = &verdict
	}
	return &kept
}
