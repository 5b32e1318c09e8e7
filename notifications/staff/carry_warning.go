package staff

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/templates"
)

// Recipient is a member of staff who hears of a warning.
type Recipient struct {
	// Login is stable and makes the letter's identity.
	Login string
	Name  string
	// Email is empty if no address is known.
	Email string
}

// Finder finds who holds a role over a case: in the body, in the unit where the
// role is given for a unit, or the officer himself for RoleOfficer. It is never
// asked for RoleSuperior. Nobody is no error. Errors: Unavailable.
type Finder func(ctx context.Context, body, unit, officer string, role casework.Role) ([]Recipient, error)

// Config is what a Carrier is made of. Every field but Lang is required.
type Config struct {
	// Mail carries the letters, as for applicants.
	Mail notifications.Deliverer
	Set  *templates.Set
	// Recipients looks up the accounts of staff.
	Recipients Finder
	// Registry tells the superior body; casework.Office.Registry.
	Registry func() *casework.Registry
	// Domain stands behind the @ of Message-IDs and must never change.
	Domain string
	// CaseURL is the page of a case at the desk.
	CaseURL func(caseID string) string
	// Listed keeps what is asked of one person on his list at the desk before
	// the letter leaves (casework.Office.ListAsk); nil keeps no list.
	Listed func(ctx context.Context, c *casework.Case, n casework.Notice) error
	// Lang is the language of letters to staff; empty is Russian.
	Lang string
}

// Carrier writes letters about terms to staff. It is safe for parallel use.
type Carrier struct{ cfg Config }

// New makes a Carrier. Errors: Invalid if something is missing.
func New(cfg Config) (*Carrier, error) {
	if cfg.Mail == nil || cfg.Set == nil || cfg.Recipients == nil || cfg.Registry == nil || cfg.Domain == "" || cfg.CaseURL == nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: "staff.New",
			Err: errors.New("mail, templates, recipients, registry, domain and address of cases are required")}
	}
	if cfg.Lang == "" {
		cfg.Lang = templates.Languages[0]
	}
	return &Carrier{cfg}, nil
}

// Carry implements notifications.Carrier. Nobody to write to, or addresses that
// cannot be, leave the warning to the desk; a failure that may pass repeats the
// letters of this notice, each the same as before. Errors:
// *notifications.Failure; Service if the accounts cannot be read now.
func (k *Carrier) Carry(ctx context.Context, c casework.Case, n casework.Notice) (string, error) {
	if n.Kind == casework.NoticeWarn && closed(&c, casework.TermKind(n.Data["Term"])) || !c.StillAsked(n) {
		return ClosedEvidence, nil
	}
	if k.cfg.Listed != nil {
		if err := k.cfg.Listed(ctx, &c, n); err != nil {
			return "", &notifications.Failure{Reason: notifications.Unavailable, Service: true, Err: err}
		}
	}
	place := c.Place
	if n.To != "" {
		place.Officer = n.To
	}
	people, err := k.find(ctx, place, n.Staff)
	if err != nil {
		return "", &notifications.Failure{Reason: notifications.Unavailable, Service: true, Err: err}
	}
	if len(people) == 0 {
		return notifications.DeskEvidence, nil
	}
	letter, err := k.write(&c, n)
	if err != nil {
		return "", &notifications.Failure{Reason: notifications.Template, Permanent: true, Err: err}
	}
	var proofs []string
	var later error
	for _, p := range people {
		proof, err := k.cfg.Mail.Deliver(ctx, notifications.Message{ID: notifications.MessageID(c.ID, n.Key+"~"+p.Login, k.cfg.Domain),
			Thread: notifications.MessageID(c.ID, "staff~"+p.Login, k.cfg.Domain), To: p.Email, Lang: k.cfg.Lang,
			Subject: letter.Subject, Text: letter.Text, HTML: letter.HTML})
		f := notifications.FailureOf(err)
		switch {
		case f == nil:
			proofs = append(proofs, proof)
		case f.Service:
			return "", err
		case !f.Permanent:
			// The others hear of it now; this one with the next attempt.
			later = err
		}
	}
	if later != nil {
		return "", later
	}
	if len(proofs) == 0 {
		return notifications.DeskEvidence, nil
	}
	return strings.Join(proofs, "; "), nil
}

// ClosedEvidence is the proof of a warning about a term that was kept or
// dropped before the letter could leave: nobody is told what is done already.
const ClosedEvidence = "no longer due"

// closed reports that the case knows the term and that it no longer runs.
func closed(c *casework.Case, kind casework.TermKind) bool {
	_, running := c.Term(kind)
	return !running && slices.ContainsFunc(c.Terms, func(t casework.Term) bool { return t.Kind == kind })
}

// find lists the people of a role who have an address, each once.
func (k *Carrier) find(ctx context.Context, place casework.Placement, role casework.Role) ([]Recipient, error) {
	body, unit, officer := place.Body, place.Unit, place.Officer
	if role == casework.RoleSuperior {
		b, err := k.cfg.Registry().Body(body)
		if err != nil || b.Parent == "" {
			// There is nobody above: the supervisors of the body were told.
			return nil, nil
		}
		body, unit, officer, role = b.Parent, "", "", casework.RoleSupervisor
	}
	if body == "" || role == casework.RoleOfficer && officer == "" {
		return nil, nil
	}
	people, err := k.cfg.Recipients(ctx, body, unit, officer, role)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(slices.Clone(people), func(p Recipient) bool { return p.Email == "" || p.Login == "" })
	slices.SortStableFunc(people, func(a, b Recipient) int { return strings.Compare(a.Login, b.Login) })
	return slices.CompactFunc(people, func(a, b Recipient) bool { return a.Login == b.Login }), nil
}

// warning is what mail/warning reads as .Data: nothing of the applicant.
type warning struct {
	Number, Term, When, Body, URL string
	// Due is the date, as "2026-12-18".
	Due string
	// Todo says what the recipient is asked to do; empty if it is plain.
	Todo []string
}

func (k *Carrier) word(c *casework.Case, n casework.Notice) warning {
	say := func(id string, count ...any) string { return k.cfg.Set.T(k.cfg.Lang, id, nil, count...) }
	w := warning{Number: n.Data["Number"], Due: n.Data["Due"], URL: k.cfg.CaseURL(c.ID)}
	if b, err := k.cfg.Registry().Body(c.Place.Body); err == nil {
		w.Body = b.Name
	}
	w.Term = say("mail.warn.term")
	if id := "desk.term." + string(casework.TermKind(n.Data["Term"]).Base()); k.cfg.Set.Has(k.cfg.Lang, id) {
		w.Term = say(id)
	}
	switch left, err := strconv.Atoi(n.Data["Days"]); {
	case err != nil:
		w.When = say("mail.warn.due")
	case left > 0:
		w.When = say("mail.warn.left", left)
	case left == 0:
		w.When = say("mail.warn.today")
	default:
		w.When = say("mail.warn.late", -left)
	}
	if c.Place.Officer == "" {
		w.Todo = append(w.Todo, say("mail.warn.nobody"))
	}
	switch {
	case n.Staff == casework.RoleSuperior:
		w.Todo = append(w.Todo, say("mail.warn.overdue_superior"))
	case n.Data["Level"] == string(casework.WarnOverdue) && n.Staff != casework.RoleOfficer:
		w.Todo = append(w.Todo, say("mail.warn.overdue_head"))
	}
	return w
}

var _ notifications.Carrier = (*Carrier)(nil)
