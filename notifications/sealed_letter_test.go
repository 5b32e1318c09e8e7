package notifications_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
	"priemnaya/templates"
)

// sealedDesk holds one case whose applicant is sealed, as Office makes it, and
// opens it by a function of the test's own.
func sealedDesk(t *testing.T, deliver carrier, opens error) (*desk, casework.Case, casework.Notice) {
	t.Helper()
	d := newDesk(t, deliver, nil)
	c, n := d.first(t)
	who := c.Parties.Applicants[0]
	c, err := d.Store.Update(t.Context(), c.ID, func(c casework.Case) (casework.Case, error) {
		c = c.Clone()
		a := &c.Parties.Applicants[0]
		a.Name, a.Contact = casework.PersonName{Surname: casework.AliasWord, Given: "7F3K-2M9Q"}, casework.Contact{Cabinet: true}
		a.Shield = &casework.Shield{ID: "x", Sealed: []byte("sealed"), Email: true}
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.dispatcher, err = notifications.NewDispatcher(notifications.Config{Outbox: d.outbox, Set: set, Domain: "priem.example.ru", BaseURL: "https://priem.example.ru/",
		Media: map[casework.Medium]notifications.Deliverer{casework.MediumEmail: deliver},
		Addressed: func(_ context.Context, c casework.Case, i int) (casework.Case, error) {
			if opens != nil {
				return c, opens
			}
			c = c.Clone()
			c.Parties.Applicants[i] = who
			return c, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return d, c, n
}

func TestALetterToASealedApplicantGreetsHimAndLeavesNoAddressBehind(t *testing.T) {
	var sent notifications.Message
	d, c, n := sealedDesk(t, func(_ context.Context, m notifications.Message) (string, error) {
		sent = m
		return "250 2.1.5 <" + m.To + "> accepted", nil
	}, nil)
	if _, err := d.dispatcher.Deliver(t.Context(), c.ID, n.Key); err != nil {
		t.Fatal(err)
	}
	who := outboxtest.Filing(1).Applicant
	if sent.To != who.Contact.Email || !strings.Contains(sent.Text, who.Name.Given) || strings.Contains(sent.Text, "7F3K") {
		t.Errorf("the letter to %q says %.200q", sent.To, sent.Text)
	}
	after, err := d.Store.Get(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.notice(t, c.ID, n.Key); got.State != casework.DeliverySent || strings.Contains(got.Evidence, who.Contact.Email) {
		t.Errorf("%s, evidence %q", got.State, got.Evidence)
	}
	if !after.Shielded() || after.Applicant().Contact.Email != "" {
		t.Error("the stored case is open after the letter")
	}
}

func TestASealThatDoesNotOpenNowIsTriedAgain(t *testing.T) {
	d, c, n := sealedDesk(t, func(context.Context, notifications.Message) (string, error) { return "", nil }, errors.New("no key"))
	if _, err := d.dispatcher.Deliver(t.Context(), c.ID, n.Key); err != nil {
		t.Fatal(err)
	}
	if got := d.notice(t, c.ID, n.Key); got.State != casework.DeliveryWaiting {
		t.Errorf("%s", got.State)
	}
}
