package report

import (
	"slices"
	"time"

	"priemnaya/casework"
)

// End is how a stay ended; empty while the body still has the case.
type End string

// The ends.
const (
	EndAnswered  End = "answered"
	EndForwarded End = "forwarded"
	EndLeft      End = "left"
	EndReturned  End = "returned"
	EndRejected  End = "rejected"
	EndWithdrawn End = "withdrawn"
)

// Asked is a question of a stay.
type Asked struct {
	// Topic is the code of the classifier, empty if nobody gave one.
	Topic   string
	Outcome casework.Outcome
}

// Stay (пребывание) is the time of one case at one body.
type Stay struct {
	Case, Body string
	// Number is the registration number at the body; empty before registration.
	Number  string
	Regime  casework.Regime
	Kind    casework.Kind
	Channel casework.Channel
	// Territory is the code of the place the appeal is about.
	Territory string
	// Received and Registered are days at the body, zero if not yet.
	Received, Registered casework.Date
	// From is the body that forwarded the case, Cover and CoverDate the number
	// and the day of its letter; empty for a case that came directly.
	From, Cover string
	CoverDate   casework.Date
	End         End
	EndedOn     casework.Date
	// To is the body that it was forwarded to, as Number left with it.
	To        string
	Questions []Asked
	// Extended, Repeat and Collective are true of the whole stay.
	Extended, Repeat, Collective bool
	// Late is true if consideration ended after its term; Due is the term that
	// runs, zero if none does.
	Late bool
	Due  casework.Date
	// Term is the due date of the term that ended with the stay, zero if none did.
	Term casework.Date
	// Unit and Officer are those who had the case last at the body; empty for none.
	Unit, Officer string
	// Grounds are those of a complaint (210-FZ art. 11.1).
	Grounds []string
	// Answer is the index of the answer in the case, -1 for none.
	Answer int
}

// Open reports whether the body still has the case.
func (s *Stay) Open() bool { return s.End == "" }

// Supported reports whether the answer supported any of the questions.
func (s *Stay) Supported() bool {
	return s.End == EndAnswered && slices.ContainsFunc(s.Questions, func(q Asked) bool { return statusOf(q.Outcome) == StatusSupported })
}

// StaysOf reads the stays of a case off its journal, in their order. Days are
// those of the zone of each body. A case that no body has yet has none.
func StaysOf(c *casework.Case, reg *casework.Registry) []Stay {
	w := walk{c: c, reg: reg}
	for i := range c.Journal {
		w.step(&c.Journal[i])
	}
	if w.at != nil {
		w.stays = append(w.stays, *w.at)
	}
	for i := range w.stays {
		w.finish(&w.stays[i])
	}
	return w.stays
}

// walk is the state of reading a journal.
type walk struct {
	c       *casework.Case
	reg     *casework.Registry
	stays   []Stay
	at      *Stay
	answers int
}

func (w *walk) day(body string, at time.Time) casework.Date {
	b, err := w.reg.Body(body)
	if err != nil {
		b = casework.Body{}
	}
	return casework.DateOf(at, b.Settings.Location())
}

// step takes one event.
func (w *walk) step(e *casework.Event) {
	switch e.Act {
	case casework.ActRoute:
		if body := e.Facts["body"]; body != "" && (w.at == nil || w.at.Number == "") {
			w.at = w.begin(body, e.At)
		}
	case casework.ActRegister:
		body := e.Facts["body"]
		if w.at == nil || w.at.Body != body {
			w.at = w.begin(body, e.At)
		}
		w.at.Number, w.at.Registered = e.Facts["number"], w.day(body, e.At)
	case casework.ActForward:
		w.forward(e)
	case casework.ActExtend:
		if w.at != nil {
			w.at.Extended = true
		}
	case casework.ActAssign:
		if w.at != nil {
			w.at.Unit, w.at.Officer = e.Facts["unit"], e.Facts["officer"]
		}
	default:
		w.end(e)
	}
}

// ends are the acts that end a stay for good.
var ends = map[casework.ActKind]End{casework.ActAnswer: EndAnswered, casework.ActOral: EndAnswered,
	casework.ActLeave: EndLeft, casework.ActReject: EndRejected, casework.ActWithdraw: EndWithdrawn}

func (w *walk) end(e *casework.Event) {
	how, is := ends[e.Act]
	if !is || w.at == nil {
		return
	}
	switch {
	case how == EndWithdrawn && w.c.Stage != casework.StageWithdrawn:
		// A part was withdrawn; the rest is considered.
		return
	case how == EndLeft && w.c.Stage == casework.StageReturned:
		how = EndReturned
	}
	w.at.End, w.at.EndedOn = how, w.day(w.at.Body, e.At)
	if e.Act == casework.ActAnswer {
		w.at.Answer = w.answers
		w.answers++
	}
}

func (w *walk) begin(body string, at time.Time) *Stay {
	c := w.c
	s := &Stay{Case: c.ID, Body: body, Regime: c.Procedure.Regime, Kind: c.Procedure.Kind, Channel: c.Origin.Channel,
		Territory: c.Subject.Territory, Received: w.day(body, at), Answer: -1,
		Collective: len(c.Parties.Applicants) > 1,
		Repeat:     slices.ContainsFunc(c.Links, func(l casework.Link) bool { return l.Kind == casework.LinkRepeat })}
	if p := c.Procedure.Complaint; p != nil {
		s.Grounds = p.Grounds
	}
	if len(w.stays) == 0 {
		// The appeal had come before anybody found out whose it is.
		s.Received = w.day(body, c.Origin.ReceivedAt)
	}
	return s
}

func (w *walk) forward(e *casework.Event) {
	to := e.Facts["to"]
	from := w.at
	if from == nil || to == "" {
		return
	}
	from.End, from.EndedOn, from.To = EndForwarded, w.day(from.Body, e.At), to
	w.stays = append(w.stays, *from)
	w.at = w.begin(to, e.At)
	w.at.From, w.at.Cover, w.at.CoverDate = from.Body, from.Number, from.EndedOn
}

// finish adds what the terms and questions of the case say about a stay.
func (w *walk) finish(s *Stay) {
	last := s == &w.stays[len(w.stays)-1]
	if last && w.c.Place.Body == s.Body {
		s.Unit, s.Officer = w.c.Place.Unit, w.c.Place.Officer
	}
	for _, q := range w.c.Questions {
		asked := Asked{Topic: q.Topic}
		if last && s.End == EndAnswered {
			asked.Outcome = q.Outcome
		}
		s.Questions = append(s.Questions, asked)
	}
	for _, t := range w.c.Terms {
		if t.Kind.Base() != casework.TermConsider || t.Provisional {
			continue
		}
		switch closed := w.day(s.Body, t.ClosedAt); {
		case t.Running() && last:
			s.Due = t.Due
		case s.EndedOn.IsZero() || closed != s.EndedOn:
		case t.Fate == casework.FateMissed:
			s.Late, s.Term = true, t.Due
		case t.Fate == casework.FateMet:
			s.Term = t.Due
		}
	}
}
