package staff

import (
	"priemnaya/casework"
	"priemnaya/templates"
)

// ask is what mail/staff_ask reads as .Data: what is to be done with which
// case, and nothing of the applicant or of the draft.
type ask struct {
	Number, What, Do, Body, URL string
	// Due is the date of the next running term, as "2026-12-18"; empty if
	// nothing is owed.
	Due string
}

// write makes the letter of a notice to staff.
func (k *Carrier) write(c *casework.Case, n casework.Notice) (templates.Letter, error) {
	if n.Kind == casework.NoticeWarn {
		return k.cfg.Set.Mail("warning", k.cfg.Lang, k.word(c, n))
	}
	say := func(part string) string { return k.cfg.Set.T(k.cfg.Lang, "mail.ask."+part+"."+string(n.Kind), nil) }
	a := ask{Number: n.Data["Number"], What: say("what"), Do: say("do"), URL: k.cfg.CaseURL(c.ID)}
	if b, err := k.cfg.Registry().Body(c.Place.Body); err == nil {
		a.Body = b.Name
	}
	if t, ok := c.NextTerm(); ok {
		a.Due = t.Due.String()
	}
	return k.cfg.Set.Mail("staff_ask", k.cfg.Lang, a)
}
