// Package clients runs real FTP clients against a server that plays them a session with
// one unusual reply in it, and records how each client reacts. The replies are the vectors
// of package replytest; the record is testdata/matrix.tsv.
//
// The reaction of a client is measured on the wire: which commands it sends next, and when.
// Its printed output is ignored.
//
// # Sessions
//
// A vector is sent in two places. As the greeting, a wrong code shows at once, since some
// clients then skip the password. As the reply to the first command after the login that
// accepts any 2yz, clients read in another state, near the end of the session.
//
// A vector may hold several replies. The first takes that place, and the others answer the
// commands that follow, as package ftpreply frames them; the server adds nothing to these.
// The server delays its answer to the next command. A client that goes on during the delay
// has taken something in the vector for the answer. From then on the server answers at once
// and correctly.
//
// Each vector is compared with a clean session: the same codes in plain one-line replies,
// followed by silence or the end of the connection if the vector has that too. A client
// copes with a vector if it does the same as in the clean session.
//
// # Outcomes
//
//	ok              the client sends the same commands as in the clean session
//	detour          it sends other commands, and comes to the same end
//	waits           it does nothing for 3 s
//	fails           it closes the connection, or quits, too early
//	desynchronizes  it goes on before the answer to its command has come
//	no password     it goes on after the login without having sent PASS
//	crashes         a signal ended it
//	raises          it raises an exception that its users do not expect
//
// The verbs after an outcome are the commands that the client sent, beginning with the
// vector.
package clients
