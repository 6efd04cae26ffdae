// Package probe tests a live FTP server and judges every reply.
//
// A [Session] is the client side of one control connection. It sends commands, waits for
// their final replies, opens data connections, and switches TLS on and off. Package lint
// judges every byte that the server sends.
//
// [Run] asks a server the [Checks] and returns a [Report]: which checks passed and failed,
// by section of the RFCs; which commands and features the server has, according to FEAT and
// according to its answers; and the findings of package lint for each check.
//
// # Failures
//
// Run repeats each failed check in a new session before it reports the check. If the
// repetition does not fail, [Result.Earlier] has the first failure.
//
// # Limits
//
// Every wait has a limit; see [Limits]. When the context is cancelled, Run stops waiting,
// removes the files that it has made, and sends QUIT.
//
// # Hosts
//
// A Session connects only to the address that it was given. It does not follow a 227 that
// names another host, and refuses a data connection from another host.
//
// # Files
//
// Without [Config].Write, Run sends no command that changes a file.
//
// With Write, Run makes a directory and works in it. The name of each file and directory
// that Run makes, renames or removes contains a random token, so a server that resolves
// names in an unexpected way cannot make Run change a file of the user. Run also verifies
// with PWD and NLST that the directory exists, is the working directory, and holds no other
// files. If it cannot, it skips each check that writes. The only other name that Run
// removes is the one that the server chose for a STOU, if the file is listed in the
// directory and holds the random data that Run has sent.
package probe
