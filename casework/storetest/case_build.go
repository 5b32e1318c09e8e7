package storetest

import (
	"time"

	"priemnaya/casework"
)

// Case makes a small case with an ID, a receipt and one applicant, and lets
// the options change it. It has no journal that could be verified.
func Case(id string, options ...func(*casework.Case)) casework.Case {
	c := casework.Case{ID: id, Receipt: "П-" + id, AccessHash: "hash-" + id,
		Procedure: casework.Procedure{Regime: casework.RegimeAppeal, Version: "2026-03", Kind: casework.KindStatement},
		Origin:    casework.Origin{Channel: casework.ChannelWeb, Assurance: casework.AssuranceConfirmed, ReceivedAt: At(0), Lang: "ru"},
		Parties:   casework.Parties{Applicants: []casework.Applicant{{Key: "esia:" + id, Name: casework.PersonName{Surname: "Ольхович", Given: "Вера"}}}},
		Subject:   casework.Subject{Summary: "Про " + id},
		Content:   casework.Content{Text: "Прошу ответить."},
		Stage:     casework.StageReceived,
		Terms:     []casework.Term{}, Questions: []casework.Question{}, Journal: []casework.Event{}, Outbox: []casework.Notice{}}
	for _, o := range options {
		o(&c)
	}
	return c
}

// At is an instant some minutes after a fixed one, to the millisecond.
func At(minutes int) time.Time {
	return time.Date(2026, 5, 4, 9, 30, 15, 123_000_000, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

// Day is a date some days after a fixed one.
func Day(n int) casework.Date { return casework.NewDate(2026, 5, 20).AddDays(n) }

// Due gives the case a running term.
func Due(d casework.Date) func(*casework.Case) {
	return func(c *casework.Case) {
		c.Terms = append(c.Terms, casework.Term{ID: "t", Kind: casework.TermConsider, Start: Day(-30), Due: d, OpenedAt: At(0)})
	}
}

// Placed puts the case at a body at a stage.
func Placed(body string, stage casework.Stage) func(*casework.Case) {
	return func(c *casework.Case) { c.Place.Body, c.Stage = body, stage }
}

// Received sets the instant of receipt.
func Received(at time.Time) func(*casework.Case) {
	return func(c *casework.Case) { c.Origin.ReceivedAt = at }
}

// Text sets the text of the appeal.
func Text(s string) func(*casework.Case) {
	return func(c *casework.Case) { c.Content.Text = s }
}

// Waiting adds a notice that waits until an instant.
func Waiting(next time.Time) func(*casework.Case) {
	return func(c *casework.Case) {
		c.Outbox = append(c.Outbox, casework.Notice{Key: "n" + next.String(), Kind: casework.NoticeReceived,
			Medium: casework.MediumEmail, QueuedAt: At(0), State: casework.DeliveryWaiting, NextTry: next})
	}
}

// Registered gives the case a registration number, keeping the former ones.
func Registered(number string) func(*casework.Case) {
	return func(c *casework.Case) {
		c.Number = number
		c.Journal = append(c.Journal, casework.Event{Seq: len(c.Journal) + 1, At: At(len(c.Journal)), Act: casework.ActRegister,
			Facts: map[string]string{"number": number}})
	}
}
