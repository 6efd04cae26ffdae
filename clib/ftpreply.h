/*
 * libftpreply finds the replies of an FTP server in the bytes of a control connection, with
 * the state machine of the Go package github.com/ftpreply/ftpreply.
 *
 * A framer belongs to one control connection. It is not safe for concurrent use; different
 * framers are independent. The library contains the Go runtime: it starts threads, and a
 * process must not call fork without exec after it has used the library.
 */
#ifndef FTPREPLY_H
#define FTPREPLY_H

#include <stddef.h>
#include <stdint.h>

#ifndef FTPREPLY_CONST /* cgo has no const */
#define FTPREPLY_CONST const
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The results of ftpreply_next. */
enum {
	FTPREPLY_MORE = 0,       /* no complete reply: push more bytes */
	FTPREPLY_REPLY = 1,      /* a reply */
	FTPREPLY_NOT_REPLY = 2,  /* a line that is not a reply; reading continues after it */
	FTPREPLY_TOO_LONG = 3,   /* a reply longer than the limit; reading continues after its end */
	FTPREPLY_TRUNCATED = 4,  /* the stream ends inside a reply */
	FTPREPLY_END = 5,        /* the stream has ended */
	FTPREPLY_INVALID = -1    /* the framer is not valid */
};

/* A reply, or the bytes that are not one. The pointers are valid until the next call with the
 * same framer. */
struct ftpreply_reply {
	int code;              /* 100 to 999; 0 if there is none */
	int multiline;         /* 1 if a hyphen follows the first code */
	uint32_t deviations;   /* bits in the order of docs/deviations.md */
	uint64_t offset;       /* of the first byte in the stream */
	const char *raw;       /* all bytes, not terminated by NUL */
	size_t raw_len;
	const char *text;      /* the text of the lines without codes, joined by LF */
	size_t text_len;
};

/* ftpreply_new returns a framer, or 0 if there is no memory. max_reply limits a reply in
 * bytes; 0 means 1 MiB. */
uintptr_t ftpreply_new(size_t max_reply);

/* ftpreply_free frees a framer. 0 is ignored. */
void ftpreply_free(uintptr_t framer);

/* ftpreply_push appends bytes of the server. They are copied. It returns 0, or -1 if the framer
 * is not valid or the stream has ended. */
int ftpreply_push(uintptr_t framer, FTPREPLY_CONST void *bytes, size_t len);

/* ftpreply_end says that the server has closed the connection. */
int ftpreply_end(uintptr_t framer);

/* ftpreply_next finds the next reply among the bytes that were pushed. */
int ftpreply_next(uintptr_t framer, struct ftpreply_reply *reply);

#ifdef __cplusplus
}
#endif

#endif
