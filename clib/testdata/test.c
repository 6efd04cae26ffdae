/* Reads two replies that arrive in pieces, a line that is not a reply, and the end. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include "ftpreply.h"

int main(void) {
	const char *pieces[] = {"220-hi\r\n230 in", "side\r\n220 end\r\n21", "3 1048576\r\nSSH-2.0\r\n226 cut"};
	struct ftpreply_reply r;
	uintptr_t f = ftpreply_new(0);
	assert(f != 0);
	assert(ftpreply_next(f, &r) == FTPREPLY_MORE);

	assert(ftpreply_push(f, pieces[0], strlen(pieces[0])) == 0);
	assert(ftpreply_next(f, &r) == FTPREPLY_MORE);
	assert(ftpreply_push(f, pieces[1], strlen(pieces[1])) == 0);
	assert(ftpreply_next(f, &r) == FTPREPLY_REPLY);
	assert(r.code == 220 && r.multiline && r.deviations != 0 && r.offset == 0);
	assert(r.text_len == strlen("hi\n230 inside\nend") && memcmp(r.text, "hi\n230 inside\nend", r.text_len) == 0);

	assert(ftpreply_next(f, &r) == FTPREPLY_MORE);
	assert(ftpreply_push(f, pieces[2], strlen(pieces[2])) == 0);
	assert(ftpreply_next(f, &r) == FTPREPLY_REPLY);
	assert(r.code == 213 && !r.multiline && r.deviations == 0);
	assert(ftpreply_next(f, &r) == FTPREPLY_NOT_REPLY);
	assert(ftpreply_next(f, &r) == FTPREPLY_MORE);
	assert(ftpreply_end(f) == 0);
	assert(ftpreply_push(f, "x", 1) == -1);
	assert(ftpreply_next(f, &r) == FTPREPLY_TRUNCATED && r.code == 226);
	assert(ftpreply_next(f, &r) == FTPREPLY_END);
	ftpreply_free(f);
	assert(ftpreply_next(f, &r) == FTPREPLY_INVALID);
	ftpreply_free(0);
	puts("C: passed");
	return 0;
}
