package notifications_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
	"priemnaya/templates"
)

var update = flag.Bool("update", false, "write the golden files anew")

// desk is a world with a dispatcher over a carrier of the test's own.
type desk struct {
	*outboxtest.World
	outbox     *notifications.Outbox
	dispatcher *notifications.Dispatcher
}

type carrier func(ctx context.Context, m notifications.Message) (string, error)

func (f carrier) Deliver(ctx context.Context, m notifications.Message) (string, error) {
	return f(ctx, m)
}

func newDesk(t testing.TB, deliver carrier, open notifications.FileOpener) *desk {
	t.Helper()
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{World: outboxtest.NewWorld(t, nil)}
	d.outbox = &notifications.Outbox{Store: d.Store, Shelf: d.Store, Now: d.Clock.Now, Log: d.Logger()}
	config := notifications.Config{Outbox: d.outbox, Set: set, Domain: "priem.example.ru",
		BaseURL: "https://priem.example.ru/", Open: open}
	if deliver != nil {
		config.Media = map[casework.Medium]notifications.Deliverer{casework.MediumEmail: deliver}
	}
	if d.dispatcher, err = notifications.NewDispatcher(config); err != nil {
		t.Fatal(err)
	}
	return d
}

var (
	central = outboxtest.Staff("central", casework.RoleRegistrar, casework.Everywhere)
	head    = outboxtest.Staff("Орлова Вера Ильинична", casework.RoleHead, casework.Everywhere)
	officer = outboxtest.Staff("officer", casework.RoleOfficer, casework.Everywhere)
)

// walk takes a case through every stage and returns it after each kind of
// notice.
func (d *desk) walk(t testing.TB, f casework.Filing, files []casework.File) map[casework.NoticeKind]casework.Case {
	t.Helper()
	at := map[casework.NoticeKind]casework.Case{}
	c := d.FileAs(t, f)
	at[casework.NoticeReceived] = c
	c, err := d.Route(context.Background(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	at[casework.NoticeRouted] = c
	at[casework.NoticeRegistered] = d.Act(t, central, c.ID, casework.Registration{})
	at[casework.NoticeForwarded] = d.Act(t, central, c.ID, casework.Forwarding{Body: "housing",
		Why: "Двором управляет жилищная инспекция, а не комитет."})
	d.Act(t, central, c.ID, casework.Registration{})
	at[casework.NoticeAssigned] = d.Act(t, head, c.ID, casework.Assignment{Officer: officer})
	d.Act(t, officer, c.ID, casework.Drafting{Outcome: casework.OutcomeMeasures, Files: files,
		Text: "Уважаемая Мария Петровна!\n\nАсфальт во дворе восстановят до 20 мая 2026 года. При температуре < +5 °C работы не ведут."})
	d.Act(t, officer, c.ID, casework.Submission{Revision: 1})
	d.Act(t, head, c.ID, casework.Signing{})
	at[casework.NoticeAnswered] = d.Act(t, officer, c.ID, casework.Answering{})
	return at
}

func answerFiles() []casework.File {
	return []casework.File{
		{ID: "f1", Name: "План работ.pdf", Type: "application/pdf", Size: 11, WorkSize: 8},
		{ID: "f2", Name: "Съёмка двора.mp4", Type: "video/mp4", Size: 9 << 20, WorkSize: 9 << 20},
		{ID: "f3", Name: "Смета.xlsx", Type: "application/xlsx", Size: 4, WorkSize: 4},
	}
}

func openFile(_ context.Context, f casework.File) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(bytes.Repeat([]byte("x"), int(f.WorkSize)))), nil
}

func TestEachLetterReadsAsItsGoldenFile(t *testing.T) {
	for _, lang := range templates.Languages {
		d := newDesk(t, nil, openFile)
		f := outboxtest.Filing(1)
		f.Lang = lang
		for kind, c := range d.walk(t, f, answerFiles()) {
			n := outboxtest.Notice(t, c, kind, casework.MediumEmail)
			m, err := d.dispatcher.Compose(context.Background(), c, n)
			if err != nil {
				t.Fatalf("%s %s: %v", kind, lang, err)
			}
			golden(t, string(kind)+"."+lang+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			golden(t, string(kind)+"."+lang+".html", m.HTML)
			for _, whole := range []string{m.Subject + m.Text, m.HTML} {
				if strings.Contains(whole, "<no value>") || strings.Contains(whole, "—<") || strings.Contains(whole, "[mail.") {
					t.Errorf("%s %s: a value is missing", kind, lang)
				}
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has changed; look at it and run with -update. Now:\n%s", file, got)
	}
}

func TestNoLetterHoldsTheAccessCodeOrTheTextOfTheAppeal(t *testing.T) {
	d := newDesk(t, nil, openFile)
	f := outboxtest.Filing(1)
	r, err := d.Office.File(context.Background(), casework.Citizen(f.Applicant), f)
	if err != nil {
		t.Fatal(err)
	}
	for kind, c := range d.walk(t, f, nil) {
		m, err := d.dispatcher.Compose(context.Background(), c, outboxtest.Notice(t, c, kind, casework.MediumEmail))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{r.AccessCode, strings.ReplaceAll(r.AccessCode, "-", ""), "провалился", "Соколова"} {
			if strings.Contains(m.Subject+m.Text+m.HTML, secret) {
				t.Errorf("the letter %s holds %q", kind, secret)
			}
		}
	}
}

func TestALetterSaysWhatWasTrueAtItsActEvenIfItLeavesLater(t *testing.T) {
	d := newDesk(t, nil, openFile)
	at := d.walk(t, outboxtest.Filing(1), nil)
	last := at[casework.NoticeAnswered]
	for kind, then := range at {
		n := outboxtest.Notice(t, then, kind, casework.MediumEmail)
		early, err := d.dispatcher.Compose(context.Background(), then, n)
		if err != nil {
			t.Fatal(err)
		}
		late, err := d.dispatcher.Compose(context.Background(), last, n)
		if err != nil {
			t.Fatal(err)
		}
		if early.Text != late.Text || early.Subject != late.Subject || early.ID != late.ID {
			t.Errorf("the letter %s changes with the case:\n%s\n%s", kind, early.Text, late.Text)
		}
	}
}

func TestSmallFilesTravelWithTheAnswerAndLargeOnesAreLinked(t *testing.T) {
	d := newDesk(t, nil, openFile)
	c := d.walk(t, outboxtest.Filing(1), answerFiles())[casework.NoticeAnswered]
	m, err := d.dispatcher.Compose(context.Background(), c, outboxtest.Notice(t, c, casework.NoticeAnswered, casework.MediumEmail))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range m.Attachments {
		names = append(names, a.Name)
	}
	if strings.Join(names, ",") != "План работ.pdf,Смета.xlsx" {
		t.Errorf("attached: %v", names)
	}
	for _, f := range answerFiles() {
		if !strings.Contains(m.Text, "/appeals/"+c.ID+"/files/"+f.ID) {
			t.Errorf("%s is not linked", f.Name)
		}
	}
}

func TestAFileThatCannotBeReadDelaysTheAnswerButNeverStopsIt(t *testing.T) {
	for name, open := range map[string]notifications.FileOpener{
		"the store is down": func(context.Context, casework.File) (io.ReadCloser, error) { return nil, errors.New("down") },
		"the file is longer than recorded": func(_ context.Context, f casework.File) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(make([]byte, f.WorkSize+1))), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, nil, open)
			c := d.walk(t, outboxtest.Filing(1), answerFiles())[casework.NoticeAnswered]
			n := outboxtest.Notice(t, c, casework.NoticeAnswered, casework.MediumEmail)
			n.Attempts = 1
			_, err := d.dispatcher.Compose(context.Background(), c, n)
			if f := notifications.FailureOf(err); f == nil || f.Reason != notifications.Files || f.Permanent {
				t.Errorf("first attempt: %+v", f)
			}
			n.Attempts = 4
			m, err := d.dispatcher.Compose(context.Background(), c, n)
			if err != nil || len(m.Attachments) != 0 || !strings.Contains(m.Text, "Смета.xlsx") {
				t.Errorf("fourth attempt: %v", err)
			}
		})
	}
}
