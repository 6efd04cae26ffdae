package lint

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/dialogue"
)

// A Linter judges the Items of one control connection. Set the fields and pass it every
// Item, usually as the Handle of a [control.Conn]. The zero Linter is ready for use.
type Linter struct {
	// Report, unless nil, is called with every finding, while Item runs. The Diagnostic is
	// valid until Report returns.
	Report func(*Diagnostic)
	// Peer is the address of the server; the zero Addr when unknown.
	Peer netip.Addr
	// Client is the address of the client; the zero Addr when unknown.
	Client netip.Addr

	begun      bool       // there was a reply
	owed       bool       // owed-reply was reported
	acceptsTLS bool       // there was a 234
	offersTLS  bool       // the latest reply to FEAT lists AUTH TLS
	features   []byte     // labels in the latest reply to FEAT
	user       []byte     // argument of the latest USER
	passive    netip.Addr // host of the latest 227, if it has one
	host       netip.Addr // first host that a 227 named
	active     netip.Addr // host of the latest accepted PORT
	refusesTLS bool       // the latest AUTH was refused
	epsvAll    bool       // EPSV ALL was accepted
	confused   bool       // protocol-confusion was reported

	finding Diagnostic // the latest
}

// Reset makes l forget the connection, so that it can judge another one. The exported
// fields are kept.
func (l *Linter) Reset() {
	*l = Linter{Report: l.Report, Peer: l.Peer, Client: l.Client, features: l.features[:0], user: l.user[:0]}
}

// Item judges the next Item of the connection. A finding depends only on this Item and on
// those before it, so a finding is never withdrawn.
//
// Most Items are clean replies, so a reply is looked at only where something can be wrong.
func (l *Linter) Item(it *control.Item) {
	if it.Kind != control.ReplyItem || l.Report == nil {
		l.other(it)
		return
	}
	r := it.Reply
	// The lines of a piece of a reply, or of one before the line ending is known, prove nothing.
	partial := r.Multiline() && (it.Torn || !l.begun && it.Verdict.Command != 0)
	l.begun = true
	if r.Deviations() != 0 || len(r.Raw()) > maxReadableReply {
		l.judgeFraming(it)
		l.judgeSigns(it, partial)
		l.judgeEscapes(it)
		l.judgeSize(it)
	}
	if it.Verdict.Reason != dialogue.None {
		l.judgeVerdict(it)
	}
	if it.Verdict.Parting {
		return // the code has another meaning
	}
	look := looks[r.Code()]
	if look&atPayload != 0 || look&atAnswer != 0 && it.Command != nil {
		l.judgePayload(it)
	}
	if it.Injected {
		l.judgeInjection(it)
	}
	switch {
	case look&atHost != 0:
		l.judgeHost(it)
	case look&atRefusal != 0:
		l.judgeFeature(it)
		l.judgeLogin(it)
		l.judgeEchoes(it)
	case look&atAccept != 0:
		l.acceptsTLS = true
	}
	if it.Command != nil {
		l.judgeAnswer(it)
	}
}

// other judges an Item that is not a reply.
func (l *Linter) other(it *control.Item) {
	if l.Report == nil {
		return
	}
	switch it.Kind {
	case control.CommandItem:
		l.judgeCommand(it)
	case control.ErrorItem:
		l.judgeError(it)
		l.judgeInjection(it)
	case control.GapItem:
		l.user = append(l.user[:0], "anonymous"...) // a USER may be missing, so nothing proves a secret
	case control.UnansweredItem, control.OwedItem:
		l.judgeUnanswered(it)
	}
}

// A look selects judges for a code, one bit each.
type look uint8

const (
	atPayload look = 1 << iota // the payload of any command
	atAnswer                   // the payload of some commands
	atHost
	atRefusal
	atAccept
)

// looks selects the judges for each code.
var looks = func() (looks [1000]look) {
	for _, p := range payloadReaders {
		if p.byCode {
			looks[p.code] |= atPayload
		} else {
			looks[p.code] |= atAnswer
		}
	}
	looks[ftpreply.CodeEnteringPassiveMode] |= atHost
	looks[ftpreply.CodeAuthMechanismAccepted] |= atAccept
	for code := range ftpreply.Code(len(looks)) {
		switch code.Class() {
		case ftpreply.Intermediate, ftpreply.TransientNegative, ftpreply.PermanentNegative:
			looks[code] |= atRefusal
		}
	}
	return looks
}()

// judgeSigns reports the deviations that the framer has found, each once.
func (l *Linter) judgeSigns(it *control.Item, partial bool) {
	for _, s := range signs {
		if !it.Reply.Deviations().HasAny(s.sign.deviation) || partial && s.sign.deviation == ftpreply.InnerCode {
			continue
		}
		d := Diagnostic{Rule: s.rule, Note: s.sign.note, sign: s.sign.deviation}
		for from, to := range it.Reply.Find(s.sign.deviation) {
			if d.Places == 0 {
				d.From, d.To = from, to
			}
			d.Places++
		}
		d.Message = strings.Replace(s.sign.message, "%s", it.Reply.Code().String(), 1)
		l.report(it, d)
	}
}

// signs lists every sign with its rule, in the order of the rules.
var signs = func() (all []ruleSign) {
	for _, r := range rules {
		for _, s := range r.signs {
			all = append(all, ruleSign{r, s})
		}
	}
	return all
}()

type ruleSign struct {
	rule *Rule
	sign sign
}

// report sets the fields that all findings have, and passes one to Report. A judge that has
// weaker evidence than the rule may set a lower severity.
func (l *Linter) report(it *control.Item, d Diagnostic) {
	d.Item = it
	d.Severity = cmp.Or(d.Severity, d.Rule.Severity)
	d.Places = max(d.Places, 1)
	l.finding = d
	l.Report(&l.finding)
}
