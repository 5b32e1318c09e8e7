package main

import (
	"context"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/casework/regulation"
	"priemnaya/casework/words"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/counter"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/portal"
	"priemnaya/notifications"
	"priemnaya/notifications/paper"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// counterNav are the links of the desk's header to the counter.
func counterNav() []templates.NavItem {
	return []templates.NavItem{
		{Key: "layout.nav.counter", Href: "/counter", Roles: []string{string(casework.RoleOperator), string(casework.RoleRegistrar)}},
		{Key: "layout.nav.reception", Href: "/counter/reception",
			Roles: []string{string(casework.RoleHead), string(casework.RoleRegistrar), string(casework.RoleAdministrator)}},
	}
}

// openCounter makes the pages of the counter.
func (a *App) openCounter(kit *web.Kit, sessions *session.Sessions) (*counter.Counter, error) {
	return counter.New(counter.Config{Office: a.office, Kit: kit, Files: a.files, Actor: deskActor(sessions),
		Topic: deskTopics{classifier.Official()}.Name, FindTopics: deskTopics{classifier.Official()}.Find, BaseURL: a.cfg.BaseURL, Compose: a.composeLetter})
}

// composeLetter words a notice for paper; the counter prints it on the paper of
// the body.
func (a *App) composeLetter(ctx context.Context, c casework.Case, n casework.Notice) (counter.Letter, error) {
	n.Medium = casework.MediumPaper
	m, err := a.dispatcher.Compose(ctx, c, n)
	if err != nil {
		return counter.Letter{}, err
	}
	text := strings.TrimSpace(m.Text) + "\n\n" + a.set.T(m.Lang, "counter.letter.track", map[string]any{"Site": a.cfg.BaseURL})
	return counter.Letter{Subject: m.Subject, Text: text}, nil
}

// openPaper makes the carrier of letters on paper.
func (a *App) openPaper() (notifications.Carrier, error) { return paper.New(a.storage) }

// receptionEvery is how often letters about receptions are looked for.
const receptionEvery = 30 * time.Second

// tellReceptions sends reminders of receptions, and the news that one was
// called off, in the background.
func (a *App) tellReceptions(ctx context.Context, mail notifications.Deliverer, domain string) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	a.onClose(func(context.Context) error { cancel(); <-done; return nil })
	go func() {
		defer close(done)
		tick := time.NewTicker(receptionEvery)
		defer tick.Stop()
		for {
			if err := a.sendReceptionLetters(ctx, mail, domain); err != nil && ctx.Err() == nil {
				a.log.Warn("letters about receptions were not sent", "err", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
}

// receptionTries is after how many attempts a letter about a reception is given
// up; the cabinet shows the booking anyway.
const receptionTries = 8

func (a *App) sendReceptionLetters(ctx context.Context, mail notifications.Deliverer, domain string) error {
	due, err := a.office.DueReceptionLetters(ctx)
	if err != nil {
		return err
	}
	for _, l := range due {
		l, b, r, err := a.office.ClaimReceptionLetter(ctx, l)
		switch casework.CodeOf(err) {
		case "":
		case casework.Conflict, casework.NotFound:
			continue
		default:
			return err
		}
		m, err := a.receptionLetter(l, b, r, domain)
		if err == nil {
			_, err = mail.Deliver(ctx, m)
		}
		f := notifications.FailureOf(err)
		if f != nil && !f.Permanent && l.Attempts < receptionTries {
			continue
		}
		if f != nil {
			a.log.Warn("a letter about a reception was given up", "reason", f.Reason, "attempts", l.Attempts)
		}
		if err := a.office.SettleReceptionLetter(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// receptionView is the data of mail/reception.
type receptionView struct {
	Off                        bool
	Name, Receiver, Place, Why string
	At                         time.Time
	URL                        string
}

func (a *App) receptionLetter(l casework.ReceptionLetter, b casework.Booking, r casework.Receiver, domain string) (notifications.Message, error) {
	body, err := a.office.Registry().Body(b.Body)
	if err != nil {
		return notifications.Message{}, err
	}
	letter, err := a.set.Mail("reception", b.Lang, receptionView{Off: l.Kind == casework.LetterOff, Name: b.Who.Name.Given,
		Receiver: r.Name + ", " + r.Position, Place: r.Place, Why: b.Why, At: b.At.In(body.Settings.Location()), URL: a.cfg.BaseURL + "/reception"})
	if err != nil {
		return notifications.Message{}, &notifications.Failure{Reason: notifications.Template, Permanent: true, Err: err}
	}
	id := notifications.MessageID(string(l.Slot), string(l.Kind), domain)
	return notifications.Message{ID: id, Thread: id, To: b.Who.Contact.Email, Lang: b.Lang, Subject: letter.Subject, Text: letter.Text, HTML: letter.HTML}, nil
}

// helpTerms cuts a question of the help into stems.
func helpTerms(s string) []string { return words.Terms(s) }

// lawNews are the approved changes of law and calendar, for the news.
func (a *App) lawNews(ctx context.Context) ([]portal.LawChange, error) {
	changes, err := a.book.Changes(ctx)
	if err != nil {
		return nil, err
	}
	var out []portal.LawChange
	for _, c := range changes {
		if c.State == regulation.Approved {
			out = append(out, portal.LawChange{ID: c.ID, File: c.File, Why: c.Why, At: c.DecidedAt})
		}
	}
	return out, nil
}

// installDemoReceptions adds the demonstration's timetables once.
func (a *App) installDemoReceptions(ctx context.Context) error {
	there, err := a.office.Receivers(ctx, "")
	if err != nil || len(there) > 0 {
		return err
	}
	by := casework.Actor{ID: "demo", Grants: []casework.Grant{{Role: casework.RoleAdministrator, Body: casework.Everywhere}}}
	for _, r := range demo.Receivers() {
		if _, err := a.office.SaveReceiver(ctx, by, r); err != nil {
			return err
		}
	}
	return nil
}
