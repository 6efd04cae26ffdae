// Package clients runs real FTP clients against a server-PI that plays them a session
// with one odd reply in it, and records what each made of it. The replies are the
// vectors of package replytest; the record is testdata/matrix.tsv.
//
// What a client made of a reply is read off the wire: from the commands that it sends
// next, and when. What it prints is not looked at.
//
// # Sessions
//
// A vector is sent in two places: instead of the greeting, where a wrong code shows at
// once, since some clients then skip the password; and instead of the reply to the first
// command behind the login that any 2yz answers, where clients read in another state,
// and the end of the session is near.
//
// A vector may hold several replies. The first is in that place, the others answer the
// commands that follow, as package ftpreply reads them; the server is silent to these.
// To the next command it keeps its answer back for a moment. A client that goes on
// nevertheless has taken something in the vector for the answer. From then on the server
// answers at once and properly.
//
// Each vector has a clean session beside it: the same codes in plain one-line replies,
// and then silence or the end of the connection where the vector has that too. A client
// copes with a vector when it does what it does in the clean session.
//
// # Outcomes
//
//	ok           the session takes its course
//	detour       the client sends other commands, and comes to the same end
//	waits        it does nothing for 3 s
//	fails        it closes the connection, or quits, before its time
//	loses step   it goes on before the answer to its command has come
//	no password  it goes on behind the login without having sent PASS
//	crashes      a signal ended it
//	raises       it lets an exception through that its users do not expect
//
// The verbs behind an outcome are the commands that the client sent from the vector on.
package clients
