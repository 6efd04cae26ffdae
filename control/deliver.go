package control

import (
	"bytes"
	"slices"

	"github.com/ftpreply/ftpreply"
)

// This file completes the Items of a Conn and passes them on. Every Item leaves the Conn through
// deliver, in the order of the connection; an Item whose verdict depends on later events waits in
// held.

// sent delivers a command line, or holds it while there is a doubt.
func (c *Conn) sent(line []byte) {
	s := &c.splitter
	c.command.Line, c.command.Cut, c.command.Typed, c.command.Time = line, s.cut, c.Typed, c.spoke
	c.command.read = false
	c.secrets.tail = c.secrets.tail || !c.secrets.seen && c.Stats.Replies == 0
	c.secrets.learn(&c.command)
	offset, end := s.offset-c.hidden, s.offset+s.length-c.hidden
	if c.command.IsSecret() && c.Secrets != ShowSecrets {
		end = offset + int64(c.command.secret.from)
		c.hidden = s.offset + s.length - end
	}
	it := &c.item
	*it = Item{
		Kind: CommandItem, Time: c.spoke, Record: c.spokeIn, Private: c.Private, Torn: c.torn, Command: &c.command,
		Offset: offset, End: end, Line: s.before + 1, joined: c.joined, secrets: &c.secrets,
	}
	c.joined = !c.spoke.IsZero() // without a time, the cut of the bytes is no evidence
	if c.doubt.reading != Given && len(c.doubt.held) < maxHeld {
		c.doubt.held = append(c.doubt.held, *it.Clone())
		return
	}
	c.commandSent(it)
}

// commandSent pairs a command, counts it and delivers it. An empty line is delivered too,
// but it is not a command that a server must answer.
func (c *Conn) commandSent(it *Item) {
	c.number(it)
	c.owed++
	if c.pairing.sent(it) {
		c.Stats.Commands++
	}
	c.Stats.follow(&c.pairing.hindsight)
	c.decided(it, nil)
}

// reply pairs a reply, counts it and delivers it.
func (c *Conn) reply(it *Item) {
	c.number(it)
	if c.Stats.Replies == 0 {
		c.Stats.begin(it.Reply)
	}
	c.Stats.answered(it.Reply)
	c.Stats.Replies++
	c.owed = 0
	// A piece of a reply may contain a line that looks like one, and so may a file name
	// with a bare LF before the line ending is known.
	switch {
	case c.torn:
		c.mended++
		c.torn = c.mended == 1 && !(c.spoken && endsSurely(it.Reply))
	case c.Stats.Replies == 1 && !endsSurely(it.Reply) && it.Reply.Code() != ftpreply.CodeServiceReady:
		c.torn, c.mended, c.spoken = true, 1, false
	}
	switch it.Reply.Code() {
	case ftpreply.CodeAuthMechanismAccepted, ftpreply.CodeSecurityMechanismOK:
		c.accepted = true
	case ftpreply.CodeUsernameOKNeedPassword, ftpreply.CodeNeedAccountForLogin:
		c.secrets.tail = true
	}
	aside := c.pairing.answered(it)
	if c.Stats.Commands > 0 {
		c.Stats.follow(&c.pairing.hindsight)
	}
	if c.upgrade != (upgrade{}) {
		c.noteInjection(it, c.pairing.hindsight.Guess())
	}
	if it.Reply.Code() == ftpreply.CodeAuthMechanismAccepted {
		guess := c.pairing.hindsight.Guess()
		c.upgrade.starts = c.upgrade.starts || guess.StartsTLS && guess.Command > 0
	}
	c.decided(it, aside)
	it.Torn, it.Injected = c.torn, false
}

// endsSurely reports whether no reader of lines can see another end in the reply.
func endsSurely(r ftpreply.Reply) bool {
	return !r.Deviations().HasAny(ftpreply.BareLF) && bytes.HasSuffix(r.Raw(), []byte("\r\n"))
}

// notReply delivers bytes that are not a reply as it should be. A reply that was too long
// is still the reply to a command. Nothing is known of the dialogue under TLS.
func (c *Conn) notReply(it *Item) {
	c.number(it)
	c.mended = 0
	h := &c.pairing.hindsight
	aside := &noVerdict
	switch {
	case it.Kind == TLSItem:
		c.Stats.TLS = true
		h.Gap()
		h.Other()
		c.upgrade = upgrade{}
	case it.Reply.Code() != 0:
		aside = c.pairing.answered(it)
	default:
		it.Command = c.pairing.latestCommand()
		if c.torn || it.Err.Resembles() != "" || len(bytes.Trim(it.Reply.Raw(), "\r\n\x00")) == 0 {
			h.Other()
		} else {
			h.Garbled()
		}
	}
	if it.Kind == ErrorItem {
		c.noteInjection(it, h.Guess())
	}
	c.Stats.follow(h)
	c.decided(it, aside)
}

// noteInjection marks plain text that the server sent after the reply that starts TLS and
// before the first byte of the client. A server that gives up may still send its 421.
func (c *Conn) noteInjection(it *Item, v *Verdict) {
	u := &c.upgrade
	if it.Private || !u.injected && (!u.starts || v.Closes) {
		return
	}
	*u = upgrade{}
	it.Injected = true
}

// decided delivers an Item that the pairing was told, if it is decided, or holds it. aside
// is its verdict if the pairing does not give one.
func (c *Conn) decided(it *Item, aside *Verdict) {
	p := &c.pairing
	if len(p.held) == 0 && p.hindsight.Next() {
		c.complete(it, aside)
		return
	}
	p.held = append(p.held, heldItem{it.Clone(), aside})
	if p.bytes += len(it.Bytes()); p.bytes > maxHeldBytes {
		p.hindsight.Flush()
	}
	c.deliverHeld()
}

// deliverHeld delivers the Items that are decided.
func (c *Conn) deliverHeld() {
	p := &c.pairing
	n := 0
	for n < len(p.held) && p.hindsight.Next() {
		it := p.held[n]
		p.bytes -= len(it.Bytes())
		n++
		c.complete(it.Item, it.aside)
	}
	p.held = slices.Delete(p.held, 0, n)
}

// complete delivers an Item with its verdict, and the commands that are given up at it.
func (c *Conn) complete(it *Item, verdict *Verdict) {
	p := &c.pairing
	if it.Kind == ReplyItem || it.Kind == ErrorItem || it.Kind == TLSItem {
		if it.Verdict = verdict; verdict == nil {
			it.Verdict = &p.hindsight.verdict
			if s := p.kept(it.Verdict.Command); s != nil {
				it.Command = &s.command
			}
		}
		c.closes = it.Verdict.Closes
	}
	c.deliver(it)
	for _, pending := range p.hindsight.missed {
		if it := p.item(pending, &c.secrets); it != nil {
			c.deliver(it)
		}
	}
}

// number gives an Item its number among the items of the connection.
func (c *Conn) number(it *Item) {
	c.seq++
	it.Seq = c.seq
}

// deliver passes an Item to Handle. Every Item leaves the Conn here.
func (c *Conn) deliver(it *Item) {
	if c.Handle == nil {
		return
	}
	it.policy = c.Secrets
	c.Handle(it)
}
