/* A small reader of replies: it writes the code of each reply on its standard input.
 *
 *     cc -o naive naive.c && printf '220-a\r\nb\r\n220 c\r\n' | ./naive
 *
 * It reads multi-line replies as RFC 959 says, but ends lines at any LF, so that a file name with
 * an LF can forge a reply (hidden-reply). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MAX_HEAD = 5 };

/* read_line keeps the first bytes of a line. It returns 0 at the end of the stream. */
static int read_line(char head[MAX_HEAD])
{
	int c, n = 0;
	memset(head, 0, MAX_HEAD);
	while ((c = getchar()) != EOF) {
		if (c == '\n')
			return 1;
		if (n < MAX_HEAD - 1)
			head[n++] = (char)c;
	}
	return 0;
}

static int is_code(const char *head)
{
	return isdigit((unsigned char)head[0]) && isdigit((unsigned char)head[1]) && isdigit((unsigned char)head[2]);
}

int main(void)
{
	char first[MAX_HEAD], last[MAX_HEAD];
	while (read_line(first)) {
		if (!is_code(first))
			continue; /* not a reply */
		if (first[3] == '-')
			do {
				if (!read_line(last))
					return 1; /* incomplete */
			} while (strncmp(first, last, 3) != 0 || last[3] != ' ');
		printf("%.3s\n", first);
	}
	return 0;
}
