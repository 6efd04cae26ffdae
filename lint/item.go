package lint

import (
	"bytes"
	"time"

	"github.com/ftpreply/ftpreply"
)

// A Kind says what an [Item] is.
type Kind uint8

const (
	ReplyItem   Kind = iota // a reply
	CommandItem             // a command
	ErrorItem               // bytes that are no reply, or a reply that is too long or was cut off
	TLSItem                 // TLS records behind a 234; they are skipped
)

// An Item is what crossed the wire next. It is lent until the function that gets
// it returns.
type Item struct {
	Kind Kind
	Seq  int64     // number among the items of the connection, from 1
	Time time.Time // of its last byte; zero when unknown

	// The place in the stream of the side that sent it: offsets from 0, lines from
	// 1, where every LF ends a line.
	Offset, End int64
	Line        int64

	Reply   ftpreply.Reply        // of a ReplyItem; of an ErrorItem what there is of one
	Reading Reading               // how the end of the reply was found
	Err     *ftpreply.SyntaxError // of an ErrorItem and a TLSItem
	Command *Command              // of a CommandItem; otherwise the command that was answered, if known
}

// bytes are those of the reply, or of the command.
func (it *Item) bytes() []byte {
	if it.Kind == CommandItem {
		return it.Command.Line
	}
	return it.Reply.Raw()
}

// Position is the place of an index of the reply's bytes in the stream, or of the
// command's; the column counts bytes, from 1.
func (it *Item) Position(index int) (offset, line int64, column int) {
	head := it.bytes()[:index]
	line = it.Line + int64(bytes.Count(head, []byte{'\n'}))
	column = index - bytes.LastIndexByte(head, '\n')
	return it.Offset + int64(index), line, column
}

// A Reading says by which rule the end of a reply was found. All but [Given] are
// ways out of a reply that did not end when the user-PI spoke or the stream
// ended; unterminated-reply reports them.
type Reading uint8

const (
	Given            Reading = iota // the rules of ftpreply.Options, as they were given
	AnyLF                           // a bare LF ends a line
	AnyCode                         // any code and a SP ends a multi-line reply
	AnyLFAndAnyCode                 // both
	numberOfReadings = iota
)

// apply returns the options with which a reply is read so.
func (r Reading) apply(o ftpreply.Options) ftpreply.Options {
	if r == AnyLF || r == AnyLFAndAnyCode {
		o.LineEnding = ftpreply.AnyLF
	}
	o.AnyCode = o.AnyCode || r == AnyCode || r == AnyLFAndAnyCode
	o.Reject = 0 // what is rejected elsewhere is what is to be judged here
	return o
}
