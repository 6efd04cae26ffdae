package transcript

import (
	"bytes"
	"strings"
)

// replyLines tells which lines of a log without marks are a server's: a line with a reply
// code begins a reply, and what follows is of it up to its last line (RFC 959, section 4.2).
type replyLines struct {
	code [3]byte
	open bool
}

type place uint8

const (
	outside   place = iota // not of a reply
	firstLine              // a reply of one line, or the beginning of one
	innerLine              // a further line, the last one too
)

func (r *replyLines) line(line []byte) place {
	if r.open {
		r.open = !endsReply(line, r.code)
		return innerLine
	}
	if !beginsReply(line) {
		return outside
	}
	r.open = len(line) > 3 && line[3] == '-'
	copy(r.code[:], line)
	return firstLine
}

func beginsReply(line []byte) bool {
	return beginsWithCode(line) || len(line) == 3 && beginsWithCode(append(line[:3:3], ' '))
}

func endsReply(line []byte, code [3]byte) bool {
	return bytes.HasPrefix(line, code[:]) && (len(line) == 3 || line[3] == ' ')
}

// verbs are the commands that clients send.
const verbs = " ABOR ACCT ADAT ALLO APPE AUTH AVBL CCC CDUP CLNT CONF COMB CSID CWD DELE DSIZ ENC EPRT EPSV FEAT HASH HELP " +
	"HOST LANG LIST LPRT LPSV MDTM MFCT MFF MFMT MIC MKD MLSD MLST MODE NLST NOOP OPTS PASS PASV PBSZ PORT PRET PROT " +
	"PWD QUIT RANG REIN REST RETR RMD RMDA RNFR RNTO SIZE SITE SMNT SPSV STAT STOR STOU STRU SYST THMB TYPE USER " +
	"XCMD XCRC XCUP XCWD XMD5 XMKD XPWD XRMD XSHA XSHA1 XSHA256 XSHA512 "

// isCommand reports whether a line is a verb, alone or with a blank behind it. Upper case
// is how the clients that log write it.
func isCommand(line []byte) bool {
	verb, _, _ := bytes.Cut(bytes.TrimRight(line, "\r"), []byte{' '})
	return len(verb) >= 3 && bytes.IndexByte(verb, ' ') < 0 && strings.Contains(verbs, " "+string(verb)+" ")
}
