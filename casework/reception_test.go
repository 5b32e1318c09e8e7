package casework_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/sqlitestore"
	"priemnaya/casework/storetest"
)

var tuesdays = casework.Receiver{Body: "roads", Name: "Орлова Вера Ильинична", Position: "Председатель", Place: "Садовая, 1, каб. 5",
	Staff: "staff:head", Minutes: 20, Ahead: 30, Hours: []casework.ReceptionHours{{Weekday: time.Tuesday, From: "10:00", To: "12:00"}}}

// receiving adds a timetable to the bench; 2026-04-01 is a Wednesday.
func (b *bench) receiving(t testing.TB, change func(*casework.Receiver)) casework.Receiver {
	t.Helper()
	r := tuesdays
	if change != nil {
		change(&r)
	}
	r, err := b.SaveReceiver(context.Background(), staff("adm", casework.RoleAdministrator, casework.Everywhere), r)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (b *bench) free(t testing.TB, id string) []casework.Slot {
	t.Helper()
	slots, err := b.FreeTimes(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return slots
}

func wish(s casework.Slot) casework.BookingWish {
	return casework.BookingWish{Slot: s.ID, About: "О ремонте дороги на Садовой", Lang: "ru"}
}

func person(n int) casework.Applicant {
	a := ivanova()
	a.Key, a.Name.Given = fmt.Sprintf("esia:%d", n), fmt.Sprintf("Мария%d", n)
	return a
}

func TestTimesFollowTheTimetableTheCalendarAndTheClockOfTheBody(t *testing.T) {
	for _, row := range []struct {
		name   string
		now    string
		change func(*casework.Receiver)
		first  string
		count  int
	}{
		{"every Tuesday", "2026-04-01 10:00:00", nil, "2026-04-07T10:00+03:00", 24},
		{"a time that has passed today is gone", "2026-04-07 10:25:00", nil, "2026-04-07T10:40+03:00", 28},
		{"the second Tuesday of the month", "2026-04-01 10:00:00", func(r *casework.Receiver) { r.Hours[0].Nth = 2 }, "2026-04-14T10:00+03:00", 6},
		{"a day on which he is away", "2026-04-01 10:00:00", func(r *casework.Receiver) { r.Off = []casework.Date{casework.NewDate(2026, 4, 7)} }, "2026-04-14T10:00+03:00", 18},
		{"a holiday", "2026-05-28 10:00:00", func(r *casework.Receiver) { r.Hours[0].Weekday = time.Friday }, "2026-05-29T10:00+03:00", 24},
		{"Kamchatka", "2026-04-01 10:00:00", func(r *casework.Receiver) { r.Body = "prosecutor" }, "2026-04-07T10:00+12:00", 24},
		{"a year without a calendar promises nothing", "2029-04-01 10:00:00", nil, "", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, row.now)
			r := b.receiving(t, func(r *casework.Receiver) {
				r.Hours = []casework.ReceptionHours{r.Hours[0]}
				if row.change != nil {
					row.change(r)
				}
			})
			slots := b.free(t, r.ID)
			first := ""
			if len(slots) > 0 {
				loc := moscow
				if r.Body == "prosecutor" {
					loc, _ = time.LoadLocation("Asia/Kamchatka")
				}
				first = slots[0].At.In(loc).Format("2006-01-02T15:04-07:00")
			}
			if first != row.first || len(slots) != row.count {
				t.Errorf("first %s, %d times", first, len(slots))
			}
		})
	}
}

func TestAnHourThatTheClocksSkipIsNoTime(t *testing.T) {
	// No zone of Russia changes its clocks now; the rule must hold all the same.
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	day := casework.NewDate(2026, 3, 29)
	r := casework.Receiver{ID: "r", Minutes: 30, Hours: []casework.ReceptionHours{{Weekday: day.Weekday(), From: "01:30", To: "03:30"}}}
	b := newBench(t, "2026-03-01 10:00:00")
	cal, err := b.Laws().Calendar(casework.FederalCalendar)
	if err != nil {
		t.Fatal(err)
	}
	if slots, err := r.DayOf(day, cal, berlin); err != nil || len(slots) != 0 {
		t.Errorf("a Sunday: %v, %v", slots, err)
	}
	monday := day.AddDays(1)
	r.Hours[0].Weekday = monday.Weekday()
	slots, err := r.DayOf(monday, cal, berlin)
	if err != nil || len(slots) != 4 {
		t.Errorf("a Monday: %v, %v", slots, err)
	}
}

func TestOfManyWhoTakeOneTimeAtOnceExactlyOneGetsIt(t *testing.T) {
	now := func() time.Time { return at("2026-04-01 10:00:00") }
	sqlite, err := sqlitestore.Open(context.Background(), filepath.Join(t.TempDir(), "c.db"), sqlitestore.Options{Now: now, NoSearch: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sqlite.Close()
	type all interface {
		casework.Store
		casework.Shelf
		casework.Numbers
	}
	for name, store := range map[string]all{"sqlite": sqlite, "memory": storetest.NewMemory(now, nil), "plain": newMemory()} {
		t.Run(name, func(t *testing.T) {
			reg, err := casework.NewRegistry("r1", bodies(), nil)
			if err != nil {
				t.Fatal(err)
			}
			o, err := casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store, Secret: []byte(strings.Repeat("s", 32)),
				Now: now, Laws: honestLaws(), Registry: reg, Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
					return casework.Signature{}, nil
				}})
			if err != nil {
				t.Fatal(err)
			}
			r, err := o.SaveReceiver(context.Background(), central, tuesdays)
			if err != nil {
				t.Fatal(err)
			}
			slots, err := o.FreeTimes(context.Background(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			for round := range 3 {
				won := race(t, o, slots[round], 40)
				if won != 1 {
					t.Errorf("%d people have the same time", won)
				}
			}
		})
	}
}

// race lets n people book a time at once and tells how many got it.
func race(t *testing.T, o *casework.Office, slot casework.Slot, n int) int {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	won := 0
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			_, err := o.Book(context.Background(), person(i), wish(slot))
			mu.Lock()
			defer mu.Unlock()
			switch casework.CodeOf(err) {
			case "":
				won++
			case casework.Conflict:
			default:
				t.Errorf("%v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	return won
}

func TestABookingIsMovedCancelledAndTakenByAnother(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-01 10:00:00")
	r := b.receiving(t, nil)
	slots := b.free(t, r.ID)
	anna, boris := person(1), person(2)
	book := func(who casework.Applicant, s casework.Slot, want casework.Code) {
		t.Helper()
		if _, err := b.Book(ctx, who, wish(s)); casework.CodeOf(err) != want {
			t.Fatalf("%s at %s: %v, want %q", who.Key, s.ID, err, want)
		}
	}
	book(anna, slots[0], "")
	book(anna, slots[0], "")
	book(boris, slots[0], casework.Conflict)
	book(anna, slots[3], "")
	book(boris, slots[0], "")
	mine, err := b.MyBookings(ctx, anna)
	if err != nil || len(mine) != 1 || mine[0].Slot != slots[3].ID {
		t.Fatalf("after moving: %+v, %v", mine, err)
	}
	if err := b.CancelBooking(ctx, boris, slots[3].ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a stranger cancels: %v", err)
	}
	for range 2 {
		if err := b.CancelBooking(ctx, anna, slots[3].ID); err != nil {
			t.Fatal(err)
		}
	}
	if mine, _ := b.MyBookings(ctx, anna); len(mine) != 0 {
		t.Errorf("after cancelling: %+v", mine)
	}
	if n := len(b.free(t, r.ID)); n != len(slots)-1 {
		t.Errorf("%d times are free of %d", n, len(slots))
	}
	// What a time that is free again keeps of the person before: nothing.
	for _, rec := range b.store.records {
		if rec.ID == string(slots[3].ID) && strings.Contains(string(rec.Data), "Мария1") {
			t.Error("the free time remembers who had it")
		}
	}
}

func TestWhatCannotBeBooked(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-01 10:00:00")
	r := b.receiving(t, func(r *casework.Receiver) { r.Reserve = 2 })
	slots := b.free(t, r.ID)
	if !slots[0].Reserved || !slots[1].Reserved || slots[2].Reserved {
		t.Fatalf("%+v", slots[:3])
	}
	book := func(s casework.SlotID, who casework.Applicant, priority string) casework.Code {
		w := wish(casework.Slot{ID: s})
		w.Priority = priority
		_, err := b.Book(ctx, who, w)
		return casework.CodeOf(err)
	}
	last := string(slots[len(slots)-1].ID)
	for _, row := range []struct {
		what     string
		slot     casework.SlotID
		who      casework.Applicant
		priority string
		want     casework.Code
	}{
		{"a reserved time", slots[0].ID, person(1), "", casework.NotAllowed},
		{"a reserved time for a priority category", slots[0].ID, person(1), "disabled", ""},
		{"nobody", slots[4].ID, casework.Applicant{}, "", casework.Unauthenticated},
		{"a time of no timetable", casework.SlotID(r.ID + "~2026-04-07~10:05"), person(1), "", casework.NotFound},
		{"rubbish", "x", person(1), "", casework.NotFound},
		{"too far ahead", casework.SlotID(r.ID + "~2026-06-02~10:00"), person(1), "", casework.NotAllowed},
		{"the past", casework.SlotID(r.ID + "~2026-03-31~10:00"), person(1), "", casework.NotAllowed},
		{"the last one", casework.SlotID(last), person(2), "", ""},
	} {
		if got := book(row.slot, row.who, row.priority); got != row.want {
			t.Errorf("%s: %q, want %q", row.what, got, row.want)
		}
	}
	if _, err := b.Book(ctx, person(3), casework.BookingWish{Slot: slots[5].ID, About: "—"}); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("about nothing: %v", err)
	}
	// The day before, a reserved time is everybody's.
	b.now = at("2026-04-06 11:00:00")
	if got := book(slots[1].ID, person(4), ""); got != "" {
		t.Errorf("the day before: %q", got)
	}
}

func TestATimetableWithMistakesNamesEachOfThem(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	_, err := b.SaveReceiver(context.Background(), central, casework.Receiver{Body: "roads", Minutes: 1, Ahead: 1000, Reserve: -1,
		Hours: []casework.ReceptionHours{{From: "12:00", To: "10:00"}, {From: "x", To: "11:00"}}})
	var e *casework.Error
	if !errors.As(err, &e) || len(e.Fields) != 8 {
		t.Fatalf("%+v", e)
	}
	if _, err := b.SaveReceiver(context.Background(), officer, tuesdays); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("an officer: %v", err)
	}
	r := b.receiving(t, nil)
	stale := r
	stale.Version = 7
	if _, err := b.SaveReceiver(context.Background(), head, stale); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("a stale page: %v", err)
	}
	if _, err := b.SaveReceiver(context.Background(), staff("h", casework.RoleHead, "admin"), r); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("another body's: %v", err)
	}
}

func TestAVisitEndsAsArticle13Says(t *testing.T) {
	ctx := context.Background()
	ok := casework.ReceptionCard{DocumentShown: true, Text: "Просит починить дорогу на Садовой.", Answer: "Ремонт начнут в мае.", Consent: true,
		Outcome: casework.OutcomeExplained}
	for _, row := range []struct {
		name  string
		end   casework.VisitEnding
		by    casework.Actor
		tune  func(*casework.ReceptionCard)
		code  casework.Code
		field string
		stage casework.Stage
		ch    casework.Channel
	}{
		{"an oral answer with consent", casework.VisitOral, head, nil, "", "", casework.StageAnswered, casework.ChannelOral},
		{"no consent", casework.VisitOral, head, func(c *casework.ReceptionCard) { c.Consent = false }, casework.NotAllowed, "consent", "", ""},
		{"a registrar answers orally", casework.VisitOral, registrar, nil, casework.NotAllowed, "end", "", ""},
		{"no document", casework.VisitTaken, head, func(c *casework.ReceptionCard) { c.DocumentShown = false }, casework.NotAllowed, "document", "", ""},
		{"taken for a written answer", casework.VisitTaken, registrar, nil, "", "", casework.StageReceived, casework.ChannelOral},
		{"a letter handed over", casework.VisitHanded, registrar, nil, "", "", casework.StageReceived, casework.ChannelPaper},
		{"sent elsewhere", casework.VisitSent, registrar, nil, "", "", "", ""},
		{"refused without an earlier answer", casework.VisitRefused, head, func(c *casework.ReceptionCard) { c.Earlier = "ОГ-2026-000009" }, casework.NotAllowed, "earlier", "", ""},
		{"absent before the time", casework.VisitAbsent, head, nil, casework.NotAllowed, "end", "", ""},
		{"another body's head", casework.VisitTaken, staff("h", casework.RoleHead, "admin"), nil, casework.NotFound, "", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "2026-04-01 10:00:00")
			r := b.receiving(t, nil)
			held, err := b.Book(ctx, person(1), wish(b.free(t, r.ID)[0]))
			if err != nil {
				t.Fatal(err)
			}
			card := ok
			card.End = row.end
			if row.tune != nil {
				row.tune(&card)
			}
			done, err := b.CloseCard(ctx, row.by, held.Slot, card)
			var e *casework.Error
			if casework.CodeOf(err) != row.code || row.field != "" && (!errors.As(err, &e) || e.Fields[0].Field != row.field) {
				t.Fatalf("%v", err)
			}
			if err != nil {
				return
			}
			if _, err := b.CloseCard(ctx, row.by, held.Slot, card); casework.CodeOf(err) != casework.NotAllowed {
				t.Errorf("closed twice: %v", err)
			}
			if row.stage == "" {
				if done.Card.Case != "" {
					t.Error("it became a case")
				}
				return
			}
			c, err := b.store.Get(ctx, done.Card.Case)
			if err != nil || c.Stage != row.stage || c.Origin.Channel != row.ch || c.Origin.Assurance != casework.AssuranceInPerson {
				t.Errorf("%s, %+v, %v", c.Stage, c.Origin, err)
			}
			if err := casework.VerifyJournal(&c); err != nil {
				t.Error(err)
			}
			if page, err := b.Mine(ctx, casework.Citizen(person(1)), casework.Window{Limit: 5}); err != nil || len(page.Rows) != 1 {
				t.Errorf("his cabinet: %+v, %v", page, err)
			}
		})
	}
}

func TestARepeatedQuestionThatWasAnsweredMayBeRefused(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	r := b.receiving(t, nil)
	card := casework.ReceptionCard{DocumentShown: true, End: casework.VisitRefused, Text: "О том же асфальте.", Earlier: c.Number}
	slots := b.free(t, r.ID)
	his, err := b.Book(ctx, ivanova(), wish(slots[0]))
	if err != nil {
		t.Fatal(err)
	}
	other, err := b.Book(ctx, person(7), wish(slots[1]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.CloseCard(ctx, head, other.Slot, card); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("somebody else's answer refuses him: %v", err)
	}
	if _, err := b.CloseCard(ctx, head, his.Slot, card); err != nil {
		t.Error(err)
	}
}

func TestTheDayListsBookedThenWalkInsWithPriorityFirst(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-07 09:00:00")
	r := b.receiving(t, nil)
	slots := b.free(t, r.ID)
	for i, s := range []int{2, 0} {
		if _, err := b.Book(ctx, person(i), wish(slots[s])); err != nil {
			t.Fatal(err)
		}
	}
	for i, x := range []struct{ surname, priority string }{{"Обычный", ""}, {"Первый", "disabled"}} {
		who := casework.Applicant{Name: casework.PersonName{Surname: x.surname, Given: "Пётр"}, Contact: casework.Contact{Post: "Садовая, 1"}}
		for range 2 {
			if _, err := b.WalkIn(ctx, registrar, r.ID, fmt.Sprint("key", i), who, casework.BookingWish{About: "О дороге", Priority: x.priority}); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, day, err := b.ReceptionDay(ctx, head, r.ID, casework.NewDate(2026, 4, 7))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range day {
		got = append(got, x.Who.Name.Surname+" "+x.Who.Name.Given)
	}
	if s := strings.Join(got, ", "); s != "Иванова Мария1, Иванова Мария0, Первый Пётр, Обычный Пётр" {
		t.Error(s)
	}
	if _, _, err := b.ReceptionDay(ctx, officer, r.ID, casework.NewDate(2026, 4, 7)); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("an officer: %v", err)
	}
	b.now = at("2026-04-07 10:00:00")
	if _, err := b.CloseCard(ctx, head, day[1].Slot, casework.ReceptionCard{End: casework.VisitAbsent}); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("absent before his time: %v", err)
	}
	if _, err := b.CloseCard(ctx, head, day[0].Slot, casework.ReceptionCard{End: casework.VisitAbsent}); err != nil {
		t.Errorf("absent: %v", err)
	}
	walk := casework.ReceptionCard{DocumentShown: true, End: casework.VisitTaken, Text: "Просит ответить письмом."}
	if done, err := b.CloseCard(ctx, registrar, day[2].Slot, walk); err != nil || done.Card.Receipt == "" {
		t.Errorf("a walk-in: %v", err)
	}
}

func TestEveryBookingIsRemindedOnceAndACalledOffOneIsToldWhy(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "2026-04-01 10:00:00")
	r := b.receiving(t, nil)
	slots := b.free(t, r.ID)
	for i := range 3 {
		if _, err := b.Book(ctx, person(i), wish(slots[i])); err != nil {
			t.Fatal(err)
		}
	}
	due := func() []casework.ReceptionLetter {
		t.Helper()
		l, err := b.DueReceptionLetters(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := due(); len(l) != 0 {
		t.Fatalf("too early: %+v", l)
	}
	if err := b.CancelBooking(ctx, person(0), slots[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.CallOff(ctx, head, slots[1].ID, "—"); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := b.CallOff(ctx, head, slots[1].ID, "Председатель в отъезде"); err != nil {
		t.Fatal(err)
	}
	l := due()
	if len(l) != 1 || l[0].Kind != casework.LetterOff {
		t.Fatalf("%+v", l)
	}
	claimed, booking, _, err := b.ClaimReceptionLetter(ctx, l[0])
	if err != nil || booking.Why == "" {
		t.Fatalf("%+v, %v", booking, err)
	}
	if _, _, _, err := b.ClaimReceptionLetter(ctx, l[0]); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("claimed twice: %v", err)
	}
	if err := b.SettleReceptionLetter(ctx, claimed); err != nil {
		t.Fatal(err)
	}
	b.now = at("2026-04-06 11:00:00")
	if l = due(); len(l) != 1 || l[0].Slot != slots[2].ID || l[0].Kind != casework.LetterReminder {
		t.Fatalf("%+v", l)
	}
}

func TestThePriorityListIsData(t *testing.T) {
	list, err := casework.PriorityCategories()
	if err != nil || len(list) < 3 {
		t.Fatalf("%d, %v", len(list), err)
	}
	for _, c := range list {
		if c.Key == "" || c.Norm == "" || c.Title["ru"] == "" || c.Title["en"] == "" || c.Confidence != "verify" {
			t.Errorf("%+v", c)
		}
	}
}
