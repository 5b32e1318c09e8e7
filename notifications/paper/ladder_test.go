package paper_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
	"priemnaya/notifications/paper"
	"priemnaya/templates"
)

// post is a World with a dispatcher whose e-mail and messenger can be broken.
type post struct {
	*outboxtest.World
	t          testing.TB
	box        *notifications.Outbox
	dispatcher *notifications.Dispatcher
	// mail and messenger answer each attempt; nil is a delivery.
	mail, messenger error
	bound           []casework.Medium
	lost            error
}

type deliverer func() error

func (d deliverer) Deliver(context.Context, notifications.Message) (string, error) {
	return "250 ok", d()
}
func (d deliverer) Carry(context.Context, casework.Case, casework.Notice) (string, error) {
	return "sent", d()
}

// frail is the shelf of the world, which can be lost.
type frail struct {
	casework.Shelf
	p *post
}

func (f frail) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if f.p.lost != nil {
		return r, f.p.lost
	}
	return f.Shelf.Put(ctx, r)
}

func newPost(t testing.TB) *post {
	t.Helper()
	p := &post{World: outboxtest.NewWorld(t, nil), t: t}
	set, err := templates.Load(templates.Options{})
	must(t, err)
	p.box = &notifications.Outbox{Store: p.Store, Shelf: p.Store, Now: p.Clock.Now, Log: p.Logger(),
		Reach: func(*casework.Case) []casework.Medium { return p.bound }}
	carrier, err := paper.New(frail{p.Store, p})
	must(t, err)
	p.dispatcher, err = notifications.NewDispatcher(notifications.Config{Outbox: p.box, Set: set, Domain: "priem.example.ru",
		BaseURL: "https://priem.example.ru",
		Media:   map[casework.Medium]notifications.Deliverer{casework.MediumEmail: deliverer(func() error { return p.mail })},
		Carriers: map[casework.Medium]notifications.Carrier{casework.MediumPaper: carrier,
			casework.MediumMessenger: deliverer(func() error { return p.messenger })}})
	must(t, err)
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// deliver delivers everything that is due, for some rounds.
func (p *post) deliver(id string) casework.Case {
	p.t.Helper()
	ctx := context.Background()
	for range 20 {
		c, err := p.Store.Get(ctx, id)
		must(p.t, err)
		for _, n := range c.Outbox {
			if n.Pending() && n.Medium != casework.MediumJob {
				_, err := p.dispatcher.Deliver(ctx, id, n.Key)
				must(p.t, err)
			}
		}
		p.Clock.Advance(3 * time.Hour)
	}
	c, err := p.Store.Get(ctx, id)
	must(p.t, err)
	return c
}

var (
	registrar = outboxtest.Staff("reg", casework.RoleRegistrar, "roads")
	officer   = outboxtest.Staff("off", casework.RoleOfficer, "roads")
	head      = outboxtest.Staff("head", casework.RoleHead, "roads")
	bounced   = &notifications.Failure{Reason: notifications.BadAddress, Permanent: true}
)

// letter enters a letter on paper for somebody with a postal address only.
func (p *post) letter(change func(*casework.Filing)) casework.Case {
	p.t.Helper()
	f := outboxtest.Filing(1)
	f.Applicant = casework.Applicant{Name: f.Applicant.Name, Contact: casework.Contact{Post: "101000, Заречный, Садовая, 1"}}
	if change != nil {
		change(&f)
	}
	r, err := p.Enter(context.Background(), registrar, casework.Entry{Door: casework.DoorPaper, Filing: f})
	must(p.t, err)
	return r.Case
}

// answer brings a case to its answer.
func (p *post) answer(id string) casework.Case {
	p.t.Helper()
	_, err := p.Route(context.Background(), id)
	must(p.t, err)
	p.Act(p.t, registrar, id, casework.Registration{})
	p.Act(p.t, head, id, casework.Assignment{Officer: officer})
	p.Act(p.t, officer, id, casework.Drafting{Text: "Асфальт восстановлен.", Outcome: casework.OutcomeMeasures})
	p.Act(p.t, officer, id, casework.Submission{Revision: 1})
	p.Act(p.t, head, id, casework.Signing{})
	return p.Act(p.t, officer, id, casework.Answering{})
}

// told lists the notices of a kind as medium:state.
func told(c casework.Case, kind casework.NoticeKind) string {
	var out []string
	for _, n := range c.Outbox {
		if n.Kind == kind {
			out = append(out, string(n.Medium)+":"+string(n.State))
		}
	}
	return strings.Join(out, " ")
}

func TestWhoHasOnlyAPostalAddressHearsByPost(t *testing.T) {
	p := newPost(t)
	c := p.letter(nil)
	p.answer(c.ID)
	c = p.deliver(c.ID)
	for kind, want := range map[casework.NoticeKind]string{
		casework.NoticeReceived: "", casework.NoticeRouted: "", casework.NoticeAssigned: "",
		casework.NoticeRegistered: "paper:printing", casework.NoticeAnswered: "paper:printing"} {
		if got := told(c, kind); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	tasks, err := p.PaperTasks(context.Background(), registrar)
	if err != nil || len(tasks) != 2 || tasks[0].NoAddress {
		t.Fatalf("%+v, %v", tasks, err)
	}
}

func TestALetterIsSentOnlyWhenSomebodyHasPostedItAndTheIdentifierIsTheEvidence(t *testing.T) {
	p := newPost(t)
	ctx := context.Background()
	id := p.answer(p.letter(nil).ID).ID
	p.deliver(id)
	tasks, err := p.PaperTasks(ctx, registrar)
	must(t, err)
	last := tasks[len(tasks)-1]
	for field, bad := range map[string]casework.Posting{
		"track": {How: casework.PostedRegistered, Track: "80080912345678"},
		"how":   {How: "pigeon"},
		"why":   {How: casework.PostedNever},
		"on":    {How: casework.PostedByHand, On: casework.NewDate(2030, 1, 1)},
	} {
		var e *casework.Error
		if err := p.ConfirmPosted(ctx, registrar, last.ID, bad); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	foreign := outboxtest.Staff("x", casework.RoleRegistrar, "housing")
	if err := p.ConfirmPosted(ctx, foreign, last.ID, casework.Posting{How: casework.PostedByHand}); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a foreign registrar: %v", err)
	}
	for range 2 {
		err := p.ConfirmPosted(ctx, registrar, last.ID, casework.Posting{How: casework.PostedRegistered, Track: "rr 473124829 ru"})
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			t.Fatal(err)
		}
	}
	c, err := p.Store.Get(ctx, id)
	must(t, err)
	n := outboxtest.Notice(t, c, casework.NoticeAnswered, casework.MediumPaper)
	if n.State != casework.DeliverySent || !strings.Contains(n.Evidence, "RR473124829RU") || !strings.Contains(n.Evidence, registrar.ID) {
		t.Errorf("%+v", n)
	}
	if e := c.Journal[len(c.Journal)-1]; e.Act != casework.ActPosted || e.Facts["track"] != "RR473124829RU" {
		t.Errorf("%+v", e)
	}
	if err := casework.VerifyJournal(&c); err != nil {
		t.Error(err)
	}
	if left, _ := p.PaperTasks(ctx, registrar); len(left) != len(tasks)-1 {
		t.Errorf("%d tasks are left of %d", len(left), len(tasks))
	}
}

func TestTheLadderGoesOnByItself(t *testing.T) {
	for _, row := range []struct {
		name            string
		post            string
		bound           []casework.Medium
		mail, messenger error
		want            string
		noAddress       bool
	}{
		{"the e-mail arrives", "x", nil, nil, nil, "cabinet:sent email:sent", false},
		{"the e-mail bounces, paper", "Садовая, 1", nil, bounced, nil, "cabinet:sent email:dead paper:printing", false},
		{"the e-mail bounces, a messenger bound meanwhile", "Садовая, 1", []casework.Medium{casework.MediumMessenger}, bounced, nil,
			"cabinet:sent email:dead messenger:sent", false},
		{"both fail", "Садовая, 1", []casework.Medium{casework.MediumMessenger}, bounced, bounced,
			"cabinet:sent email:dead messenger:dead paper:printing", false},
		{"nothing at all is left", "", nil, bounced, nil, "cabinet:sent email:dead paper:printing", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := newPost(t)
			f := outboxtest.Filing(1)
			f.Applicant.Contact.Post = row.post
			id := p.answer(p.FileAs(t, f).ID).ID
			p.mail, p.messenger, p.bound = row.mail, row.messenger, row.bound
			c := p.deliver(id)
			if got := told(c, casework.NoticeAnswered); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
			tasks, err := p.PaperTasks(context.Background(), registrar)
			must(t, err)
			paper := strings.Contains(row.want, "paper")
			if (len(tasks) == 1) != paper || paper && tasks[0].NoAddress != row.noAddress {
				t.Errorf("tasks: %+v", tasks)
			}
			// A notice that no law demands is not printed.
			if got := told(c, casework.NoticeAssigned); strings.Contains(got, "paper") {
				t.Errorf("assigned: %s", got)
			}
		})
	}
}

func TestARedrivenEmailThatDiesAgainMakesNoSecondLetter(t *testing.T) {
	p := newPost(t)
	f := outboxtest.Filing(1)
	f.Applicant.Contact.Post = "Садовая, 1"
	id := p.answer(p.FileAs(t, f).ID).ID
	p.mail = bounced
	c := p.deliver(id)
	must(t, p.box.Redrive(context.Background(), id, outboxtest.Notice(t, c, casework.NoticeAnswered, casework.MediumEmail).Key))
	if got := told(p.deliver(id), casework.NoticeAnswered); got != "cabinet:sent email:dead paper:printing" {
		t.Error(got)
	}
}

func TestAShelfThatIsLostLosesNoLetter(t *testing.T) {
	p := newPost(t)
	p.lost = errors.New("the store is down")
	id := p.answer(p.letter(nil).ID).ID
	if got := told(p.deliver(id), casework.NoticeAnswered); got != "paper:waiting" {
		t.Fatalf("while it is down: %s", got)
	}
	p.lost = nil
	if got := told(p.deliver(id), casework.NoticeAnswered); got != "paper:printing" {
		t.Errorf("when it is back: %s", got)
	}
}

func TestACarrierWithoutAShelfIsRefused(t *testing.T) {
	if _, err := paper.New(nil); casework.CodeOf(err) != casework.Invalid {
		t.Error(err)
	}
}
