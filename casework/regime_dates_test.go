package casework_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

// What is shown before filing is what filing stores, in every procedure and at
// any instant (promise A8).
func TestThePreviewIsWhatIsFiledAtTenThousandInstants(t *testing.T) {
	t.Parallel()
	instants := 10_000
	if testing.Short() {
		// The one goroutine here has nothing for the race detector to find.
		instants = 1_000
	}
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := casework.NewRegistry("r", []casework.Body{{ID: "msk", Name: "Москва"},
		{ID: "kam", Name: "Камчатка", Settings: casework.Settings{TimeZone: "Asia/Kamchatka", Roll: casework.RollFollowing, IncludeStartDay: true}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	regimes := []casework.Regime{casework.RegimeAppeal, casework.RegimeServices, casework.RegimeControl, casework.RegimeMessage, casework.RegimePlatform}
	random := rand.New(rand.NewPCG(7, 8))
	first := time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)
	who := casework.Applicant{Key: "esia:1", Assurance: casework.AssuranceConfirmed, Name: casework.PersonName{Surname: "Ким", Given: "Анна"},
		Contact: casework.Contact{Cabinet: true, Phone: "1"}}
	var now time.Time
	store := newMemory()
	office, err := casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store, Secret: bytes.Repeat([]byte("k"), 32),
		Now: func() time.Time { return now }, Laws: laws, Registry: reg, Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
			return casework.Signature{}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range instants {
		now = first.Add(time.Duration(random.Int64N(int64(600 * 24 * time.Hour))))
		if i%10 == 0 {
			now = now.Truncate(24 * time.Hour).Add(-3*time.Hour - time.Duration(i%3)*time.Second)
		}
		f := casework.Filing{Regime: regimes[i%len(regimes)], Channel: casework.ChannelWeb, Applicant: who, Text: "Прошу помочь", Address: "Мира, 1",
			Addressee: []string{"msk", "kam", ""}[i%3], Key: fmt.Sprintf("%032d", i)}
		switch f.Regime {
		case casework.RegimeServices:
			f.Complaint = &casework.Complaint{Grounds: []string{[]string{"late_service", "misprints"}[i/5%2]}, Decision: "отказ",
				Against: []casework.Against{{Body: "msk"}}}
		case casework.RegimeControl:
			f.Knew = casework.DateOf(now, time.UTC).AddDays(-i % 40)
			f.Complaint = &casework.Complaint{Grounds: []string{"order"}, Order: i/5%2 == 0, Decision: "предписание", Demands: "отменить",
				Against: []casework.Against{{Body: "msk"}}}
		}
		by := casework.Citizen(who)
		shown, err := office.Preview(by, f)
		if err != nil {
			t.Fatalf("%s %s: %v", f.Regime, now, err)
		}
		receipt, err := office.File(t.Context(), by, f)
		if err != nil {
			t.Fatal(err)
		}
		if len(shown.Terms) < 2 || len(shown.Terms) != len(receipt.Case.Terms) {
			t.Fatalf("%s: %d terms shown, %d stored", f.Regime, len(shown.Terms), len(receipt.Case.Terms))
		}
		for j, term := range receipt.Case.Terms {
			if shown.Terms[j].Kind != term.Kind || shown.Terms[j].Due != term.Due || shown.Terms[j].Start != term.Start {
				t.Fatalf("%s %s %s: shown %s, stored %s", f.Regime, now, term.Kind, shown.Terms[j].Due, term.Due)
			}
		}
	}
}
