"""Reads replies through ctypes: test.py LIBRARY"""
import ctypes
import sys


class Reply(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_int), ("multiline", ctypes.c_int), ("deviations", ctypes.c_uint32),
        ("offset", ctypes.c_uint64), ("raw", ctypes.POINTER(ctypes.c_char)), ("raw_len", ctypes.c_size_t),
        ("text", ctypes.POINTER(ctypes.c_char)), ("text_len", ctypes.c_size_t),
    ]


library = ctypes.CDLL(sys.argv[1])
library.ftpreply_new.restype = ctypes.c_size_t
library.ftpreply_new.argtypes = [ctypes.c_size_t]
library.ftpreply_free.argtypes = [ctypes.c_size_t]
library.ftpreply_push.argtypes = [ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
library.ftpreply_next.argtypes = [ctypes.c_size_t, ctypes.POINTER(Reply)]

stream = b"220-Welcome\r\n220 ready\r\n213-s\r\n a\n213 b\r\n213 End\r\n" * 1000
framer = library.ftpreply_new(0)
reply, codes = Reply(), []
for i in range(0, len(stream), 7):
    piece = stream[i:i + 7]
    assert library.ftpreply_push(framer, piece, len(piece)) == 0
    while library.ftpreply_next(framer, ctypes.byref(reply)) == 1:
        codes.append((reply.code, ctypes.string_at(reply.raw, reply.raw_len)))
library.ftpreply_free(framer)
assert [code for code, _ in codes] == [220, 213] * 1000, codes[:4]
assert b"".join(raw for _, raw in codes) == stream
print("Python: passed")
