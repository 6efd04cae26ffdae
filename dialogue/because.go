package dialogue

// Because returns the ruling on a reply that is judged by its place in the dialogue and not
// by its code, such as an extra final reply. For None it is the ruling on an allowed reply.
func Because(r Reason) Ruling { return ruling(r) }

// Unasked returns the ruling on a reply that servers send before they close the connection:
// a 421, or a parting message with any other code. afterTLS is for the 421 after a 234 whose
// handshake failed, which RFC 4217, section 10.1, asks for.
func Unasked(timedOut, afterTLS bool) Ruling {
	switch {
	case timedOut && afterTLS:
		return Ruling{tlsFailed.standing, None, &tlsFailed, nil}
	case timedOut:
		return Ruling{timeout.standing, Unsolicited, &timeout, nil}
	}
	return Ruling{parting.standing, Unsolicited, &parting, nil}
}
