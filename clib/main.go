// Command clib is built as a C library, for clients in other languages:
//
//	go build -buildmode=c-shared -o libftpreply.so ./clib
//
// ftpreply.h documents its functions. The limits: the library contains the Go runtime with its
// threads and its garbage collector, every reply is copied once, and a process can load only one
// such library.
package main

/*
#define FTPREPLY_CONST
#include <stdlib.h>
#include "ftpreply.h"
*/
import "C"

import (
	"errors"
	"io"
	"sync"
	"unsafe"

	"github.com/ftpreply/ftpreply"
)

// A framer is one control connection.
type framer struct {
	ftpreply.Framer
	window []byte // bytes that were pushed and are not consumed
	ended  bool
	reply  unsafe.Pointer // memory of C with the bytes of the latest reply
}

var (
	mu      sync.Mutex
	framers = map[C.uintptr_t]*framer{}
	latest  C.uintptr_t // handle of the framer that was made last
)

func find(handle C.uintptr_t) *framer {
	mu.Lock()
	defer mu.Unlock()
	return framers[handle]
}

//export ftpreply_new
func ftpreply_new(maxReply C.size_t) C.uintptr_t {
	f := &framer{}
	f.MaxReply = int(min(maxReply, 1<<30))
	mu.Lock()
	defer mu.Unlock()
	latest++
	framers[latest] = f
	return latest
}

//export ftpreply_free
func ftpreply_free(handle C.uintptr_t) {
	mu.Lock()
	defer mu.Unlock()
	if f := framers[handle]; f != nil {
		C.free(f.reply)
		delete(framers, handle)
	}
}

//export ftpreply_push
func ftpreply_push(handle C.uintptr_t, bytes unsafe.Pointer, length C.size_t) C.int {
	f := find(handle)
	if f == nil || f.ended {
		return -1
	}
	f.window = append(f.window, unsafe.Slice((*byte)(bytes), int(length))...)
	return 0
}

//export ftpreply_end
func ftpreply_end(handle C.uintptr_t) C.int {
	f := find(handle)
	if f == nil {
		return -1
	}
	f.ended = true
	return 0
}

//export ftpreply_next
func ftpreply_next(handle C.uintptr_t, out *C.struct_ftpreply_reply) C.int {
	f := find(handle)
	if f == nil || out == nil {
		return C.FTPREPLY_INVALID
	}
	*out = C.struct_ftpreply_reply{}
	r, n, err := f.Next(f.window, f.ended)
	result := C.int(C.FTPREPLY_REPLY)
	switch {
	case err == ftpreply.ErrShort:
		result = C.FTPREPLY_MORE
	case err == io.EOF:
		result = C.FTPREPLY_END
	case errors.Is(err, ftpreply.ErrTooLong):
		result = C.FTPREPLY_TOO_LONG
	case errors.Is(err, io.ErrUnexpectedEOF):
		result = C.FTPREPLY_TRUNCATED
	case err != nil:
		result = C.FTPREPLY_NOT_REPLY
	}
	if result != C.FTPREPLY_MORE && result != C.FTPREPLY_END {
		f.copyReply(r, out)
	}
	f.window = append(f.window[:0], f.window[n:]...)
	return result
}

// copyReply copies a reply into memory of C, which the garbage collector does not move.
func (f *framer) copyReply(r ftpreply.Reply, out *C.struct_ftpreply_reply) {
	raw, text := r.Raw(), r.Text()
	C.free(f.reply)
	f.reply = C.malloc(C.size_t(len(raw) + len(text) + 1))
	memory := unsafe.Slice((*byte)(f.reply), len(raw)+len(text)+1)
	copy(memory, raw)
	copy(memory[len(raw):], text)
	memory[len(raw)+len(text)] = 0
	offset, _ := f.Pos()
	out.code = C.int(r.Code())
	if r.Multiline() {
		out.multiline = 1
	}
	out.deviations = C.uint32_t(r.Deviations())
	out.offset = C.uint64_t(offset)
	out.raw, out.raw_len = (*C.char)(f.reply), C.size_t(len(raw))
	out.text, out.text_len = (*C.char)(unsafe.Add(f.reply, len(raw))), C.size_t(len(text))
}

func main() {}
