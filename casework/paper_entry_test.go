package casework_test

import (
	"context"
	"errors"
	"testing"

	"priemnaya/casework"
)

var (
	operator = staff("mfc", casework.RoleOperator, "roads")
	another  = staff("mfc2", casework.RoleOperator, "roads")
)

// entry is a letter of somebody who has nothing but a postal address.
func entry() casework.Entry {
	f := filing()
	f.Addressee = "roads"
	f.Applicant = casework.Applicant{Name: casework.PersonName{Surname: "Ким", Given: "Пётр"}, Contact: casework.Contact{Post: "Садовая, 1"}}
	return casework.Entry{Door: casework.DoorPaper, Filing: f}
}

func TestWhatAnEntryIsFollowsFromDoorDocumentAndWhoEnters(t *testing.T) {
	for _, row := range []struct {
		door      casework.Door
		shown     bool
		by        casework.Actor
		channel   casework.Channel
		assurance casework.Assurance
		code      casework.Code
	}{
		{casework.DoorPaper, false, registrar, casework.ChannelPaper, casework.AssurancePaper, ""},
		{casework.DoorPaper, true, registrar, casework.ChannelPaper, casework.AssuranceInPerson, ""},
		{casework.DoorPaper, false, operator, casework.ChannelPaper, casework.AssurancePaper, ""},
		{casework.DoorPaper, true, operator, casework.ChannelMFC, casework.AssuranceInPerson, ""},
		{casework.DoorOral, true, registrar, casework.ChannelOral, casework.AssuranceInPerson, ""},
		{casework.DoorOral, true, operator, casework.ChannelMFC, casework.AssuranceInPerson, ""},
		{casework.DoorOral, false, operator, "", "", casework.Invalid},
		{casework.DoorPhone, true, operator, "", "", casework.NotAllowed},
		{"smoke", true, operator, "", "", casework.Invalid},
		{casework.DoorPaper, true, staff("x", casework.RoleOperator, "admin"), "", "", casework.Forbidden},
		{casework.DoorPaper, true, officer, "", "", casework.Forbidden},
		{casework.DoorPaper, true, citizen, "", "", casework.Forbidden},
	} {
		b := newBench(t, "2026-04-01 10:00:00")
		e := entry()
		e.Door, e.DocumentShown = row.door, row.shown
		r, err := b.Enter(context.Background(), row.by, e)
		if casework.CodeOf(err) != row.code {
			t.Errorf("%s shown=%v by %s: %v, want %q", row.door, row.shown, row.by.ID, err, row.code)
			continue
		}
		if c := r.Case; err == nil && (c.Origin.Channel != row.channel || c.Origin.Assurance != row.assurance || c.Origin.Source != "counter:"+row.by.ID) {
			t.Errorf("%s shown=%v by %s: %+v", row.door, row.shown, row.by.ID, c.Origin)
		}
	}
}

func TestALetterIsReceivedOnTheDayItArrivedAndTheTermOfRegistrationRunsFromIt(t *testing.T) {
	b := newBench(t, "2026-04-03 10:00:00")
	for _, row := range []struct {
		arrived casework.Date
		due     string
		field   string
	}{
		{casework.Date{}, "2026-04-06", ""},
		{casework.NewDate(2026, 4, 3), "2026-04-06", ""},
		{casework.NewDate(2026, 4, 1), "2026-04-04", ""},
		{casework.NewDate(2026, 4, 4), "", "arrived"},
		{casework.NewDate(2024, 4, 4), "", "arrived"},
	} {
		e := entry()
		e.ArrivedOn, e.Filing.Key = row.arrived, "0123456789abcdef"+row.arrived.String()
		r, err := b.Enter(context.Background(), registrar, e)
		var wrong *casework.Error
		if row.field != "" {
			if !errors.As(err, &wrong) || len(wrong.Fields) != 1 || wrong.Fields[0].Field != row.field {
				t.Errorf("%s: %v", row.arrived, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		term, ok := r.Case.Term(casework.TermRegister)
		if !ok || term.Start != casework.DateOf(r.Case.Origin.ReceivedAt, moscow) || !row.arrived.IsZero() && term.Start != row.arrived {
			t.Errorf("%s: %+v, received %s", row.arrived, term, r.Case.Origin.ReceivedAt)
		}
		if err := casework.VerifyJournal(&r.Case); err != nil {
			t.Error(err)
		}
	}
	// Nobody else can date his appeal back.
	f := filing()
	f.ArrivedOn = casework.NewDate(2026, 3, 1)
	if _, err := b.File(context.Background(), citizen, f); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("a citizen dates back: %v", err)
	}
}

func TestAnEntrySentTwiceIsOneCase(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	first, err := b.Enter(context.Background(), operator, entry())
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Enter(context.Background(), operator, entry())
	if err != nil || !again.Again || again.Case.ID != first.Case.ID || again.AccessCode != first.AccessCode {
		t.Fatalf("%+v, %v", again, err)
	}
	today, err := b.EnteredToday(context.Background(), operator)
	if err != nil || len(today) != 1 {
		t.Errorf("%+v, %v", today, err)
	}
}

func TestAnOperatorSeesOnlyWhatHeEnteredTodayAndOnlyUntilTheReceiptIsHandedOver(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-01 10:00:00")
	r, err := b.Enter(ctx, operator, entry())
	if err != nil {
		t.Fatal(err)
	}
	id := r.Case.ID
	missing := func(what string, err error) {
		t.Helper()
		if casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got, err := b.EntryReceipt(ctx, operator, id); err != nil || got.AccessCode != r.AccessCode {
		t.Fatalf("his own receipt: %v", err)
	}
	_, err = b.Read(ctx, operator, id, "desk")
	missing("reading the case", err)
	_, err = b.EntryReceipt(ctx, another, id)
	missing("another operator", err)
	missing("another operator hands over", b.HandReceipt(ctx, another, id))
	if page, err := b.Queue(ctx, operator, casework.Query{Window: casework.Window{Limit: 10}}); err != nil || len(page.Rows) > 0 {
		t.Errorf("an operator has a queue: %+v, %v", page, err)
	}
	for range 2 {
		if err := b.HandReceipt(ctx, operator, id); err != nil {
			t.Fatal(err)
		}
	}
	_, err = b.EntryReceipt(ctx, operator, id)
	missing("after handing over", err)
	reads := 0
	for _, rec := range b.store.records {
		if rec.Kind == casework.KindAccess && rec.Owner == id {
			reads++
		}
	}
	if reads != 1 {
		t.Errorf("%d readings are in the journal of reads", reads)
	}
}

func TestACallIsANoteThatTheCallerFilesHimself(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-01 10:00:00")
	e := entry()
	e.Door = casework.DoorPhone
	code, err := b.NotePhone(ctx, operator, e)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := b.NotePhone(ctx, operator, e); err != nil || again != code {
		t.Errorf("a second press: %s, %v", again, err)
	}
	if len(b.store.cases) != 0 {
		t.Fatal("a call became a case")
	}
	if n, err := b.OpenPhone(ctx, another, code); err != nil || n.Draft.Text != e.Filing.Text {
		t.Errorf("at the counter: %+v, %v", n, err)
	}
	if _, err := b.OpenPhone(ctx, staff("x", casework.RoleOperator, "admin"), code); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("another body: %v", err)
	}
	if _, err := b.TakePhone(ctx, operator, code); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("staff takes it: %v", err)
	}
	if _, err := b.TakePhone(ctx, citizen, "2222-3333-4444"); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a wrong code: %v", err)
	}
	d, err := b.TakePhone(ctx, citizen, code)
	if err != nil || d.Text != e.Filing.Text || d.Addressee != "roads" {
		t.Fatalf("%+v, %v", d, err)
	}
	if again, err := b.TakePhone(ctx, citizen, code); err != nil || again.ID != d.ID {
		t.Errorf("a lost reply: %+v, %v", again, err)
	}
	other := casework.Citizen(casework.Applicant{Key: "esia:2", Assurance: casework.AssuranceConfirmed})
	if _, err := b.TakePhone(ctx, other, code); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("the code works twice: %v", err)
	}
	if err := b.ClosePhone(ctx, operator, code); err != nil {
		t.Error(err)
	}
	e.Filing.Text = ""
	if _, err := b.NotePhone(ctx, operator, e); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("an empty note: %v", err)
	}
}

func TestACertifiedCopyIsOfTheLetterThatWasSigned(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	code, err := b.ReissueCode(ctx, citizen, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	order := casework.CopyOrder{Case: c.ID, Key: "copy-1"}
	made, err := b.Certify(ctx, registrar, order)
	if err != nil || made.Digest != c.Answers[0].Signature.Digest || made.By != registrar.ID || made.Serial == "" {
		t.Fatalf("%+v, %v", made, err)
	}
	b.now = b.now.AddDate(0, 0, 1)
	if again, err := b.Certify(ctx, registrar, order); err != nil || again.Serial != made.Serial || !again.At.Equal(made.At) {
		t.Errorf("a second press: %+v, %v", again, err)
	}
	if byCode, err := b.Certify(ctx, operator, casework.CopyOrder{Number: c.Number, Code: code}); err != nil || byCode.Letter.ID != "a1" {
		t.Errorf("an operator with the code: %v", err)
	}
	for what, x := range map[string]struct {
		by    casework.Actor
		order casework.CopyOrder
		code  casework.Code
	}{
		"an operator without the code": {operator, order, casework.NotFound},
		"a wrong code":                 {operator, casework.CopyOrder{Number: c.Number, Code: "2222-2222-2222"}, casework.NotFound},
		"a citizen":                    {citizen, order, casework.Forbidden},
		"an administrator":             {staff("adm", casework.RoleAdministrator, casework.Everywhere), order, casework.Forbidden},
		"no such answer":               {registrar, casework.CopyOrder{Case: c.ID, Answer: "a9"}, casework.NotFound},
	} {
		if _, err := b.Certify(ctx, x.by, x.order); casework.CodeOf(err) != x.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := b.store.Update(ctx, c.ID, func(c casework.Case) (casework.Case, error) {
		c.Answers[0].Text = "Другое."
		return c, nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Certify(ctx, registrar, order); casework.CodeOf(err) != casework.Corrupted {
		t.Errorf("a letter that was changed: %v", err)
	}
}
