package notifications_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
	"priemnaya/templates"
)

func newDispatcher(t *testing.T, cfg notifications.Config) *notifications.Dispatcher {
	t.Helper()
	var err error
	if cfg.Set, err = quietTexts(); err != nil {
		t.Fatal(err)
	}
	d, err := notifications.NewDispatcher(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var quietTexts = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })

// The eleven zones of Russia, by a city of each.
var zones = []string{"Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
	"Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka"}

func TestNightIsFromNineToNineByTheClockOfEachOfElevenZones(t *testing.T) {
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for minute := range 24 * 60 {
			local := time.Date(2026, 11, 20, 0, minute, 0, 0, zone)
			until, quiet := notifications.Quiet(local.UTC(), zone)
			if want := minute < 9*60 || minute >= 21*60; quiet != want {
				t.Fatalf("%s %s: quiet is %v", name, local, quiet)
			}
			if quiet && (until.In(zone).Hour() != 9 || until.In(zone).Minute() != 0 || !until.After(local) || until.Sub(local) > 12*time.Hour) {
				t.Fatalf("%s %s waits until %s", name, local, until)
			}
		}
	}
}

// TestOnlyWhatNoLawOrdersWaitsForTheMorning delivers at 03:00 local of each
// zone: what the law orders leaves in that minute, the rest at 09:00 and no
// attempt is counted.
func TestOnlyWhatNoLawOrdersWaitsForTheMorning(t *testing.T) {
	for _, name := range zones {
		for _, kind := range []casework.NoticeKind{casework.NoticeAnswered, casework.NoticeForwarded, "extended", "left_court",
			casework.NoticeRegistered, casework.NoticeAssigned, casework.NoticeMoved, casework.NoticeReceived} {
			_, ordered := notifications.Statutory(kind)
			at, left := nightDelivery(t, name, kind, casework.MediumMessenger)
			if ordered != (left.Equal(at)) {
				t.Errorf("%s in %s, ordered by law %v: left at %s, queued at %s", kind, name, ordered, left, at)
			}
			zone, _ := time.LoadLocation(name)
			if !ordered && (left.In(zone).Hour() != 9 || left.In(zone).Minute() != 0) {
				t.Errorf("%s in %s left at %s", kind, name, left.In(zone))
			}
			if at, left := nightDelivery(t, name, kind, casework.MediumSite); !left.Equal(at) {
				t.Errorf("%s by a medium that does not ring waited until %s", kind, left)
			}
		}
	}
}

func TestEveryStatutoryKindNamesItsNorm(t *testing.T) {
	for _, kind := range []casework.NoticeKind{"answered", "forwarded", "extended", "returned", "left_abuse"} {
		if norm, ok := notifications.Statutory(kind); !ok || norm == "" {
			t.Errorf("%s: %q %v", kind, norm, ok)
		}
	}
	for _, kind := range []casework.NoticeKind{"registered", "assigned", "moved", "received", "", "#"} {
		if _, ok := notifications.Statutory(kind); ok {
			t.Errorf("%s is taken for ordered by law", kind)
		}
	}
}

type ringer func() (string, error)

func (f ringer) Carry(context.Context, casework.Case, casework.Notice) (string, error) { return f() }

// nightDelivery queues a notice at 03:00 of a zone, tries to deliver it every
// half an hour, and tells when it left.
func nightDelivery(t *testing.T, zone string, kind casework.NoticeKind, medium casework.Medium) (at, left time.Time) {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 3, 0, 0, 0, loc)
	at = now
	c := casework.Case{ID: "x", Parties: casework.Parties{Applicants: []casework.Applicant{{Key: "esia:1"}}},
		Outbox: []casework.Notice{{Key: "1", Kind: kind, Medium: medium, Data: map[string]string{"Zone": zone}, State: casework.DeliveryWaiting, NextTry: now}}}
	store := outboxtest.NewMemory()
	if _, err := store.Create(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	d := newDispatcher(t, notifications.Config{
		Outbox:   &notifications.Outbox{Store: store, Shelf: store, Now: func() time.Time { return now }},
		Carriers: map[casework.Medium]notifications.Carrier{medium: ringer(func() (string, error) { left = now; return "sent", nil })},
		Quiet:    []casework.Medium{casework.MediumMessenger}, Domain: "example.ru", BaseURL: "https://example.ru"})
	for range 20 {
		if _, err := d.Deliver(context.Background(), "x", "1"); err != nil {
			t.Fatal(err)
		}
		if !left.IsZero() {
			break
		}
		now = now.Add(30 * time.Minute)
	}
	got, err := store.Get(context.Background(), "x")
	if err != nil || got.Outbox[0].Attempts != 1 {
		t.Fatalf("%v: %d attempts", err, got.Outbox[0].Attempts)
	}
	return at, left
}

// TestABriefSaysWhatTheLetterSaysWithoutTheAccessCode words a notice.
func TestABriefSaysWhatTheLetterSaysWithoutTheAccessCode(t *testing.T) {
	store := outboxtest.NewMemory()
	d := newDispatcher(t, notifications.Config{Outbox: &notifications.Outbox{Store: store, Shelf: store, Now: time.Now},
		Domain: "example.ru", BaseURL: "https://example.ru"})
	c := casework.Case{ID: "x", Receipt: "П-1", Parties: casework.Parties{Applicants: []casework.Applicant{{Key: "esia:1"}}}}
	b := d.Brief(c, casework.Notice{Kind: casework.NoticeRegistered, Recipient: 7, Data: map[string]string{"Receipt": "П-1", "Number": "ОГ-2026-000001", "Due": "2026-12-18"}})
	if b.Title == "" || len(b.Lines) == 0 || b.CaseURL != "https://example.ru/appeals/x" {
		t.Fatalf("%+v", b)
	}
}
