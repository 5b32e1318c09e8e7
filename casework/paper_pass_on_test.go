package casework_test

import (
	"context"
	"testing"

	"priemnaya/casework"
)

func TestOnlyWhoHasEnteredAComplaintAtAnMFCPassesItOn(t *testing.T) {
	o, by, ctx := newBench(t, "2026-04-01 10:00:00"), operator, context.Background()
	e := entry()
	e.DocumentShown, e.Filing.Regime, e.Filing.Applicant.Contact.Phone = true, casework.RegimeServices, "+7 900 000-00-00"
	e.Filing.Complaint = &casework.Complaint{Grounds: []string{"late_service"}, Decision: "Справка", Against: []casework.Against{{Body: "roads", Official: "Иванов"}}}
	r, err := o.Enter(ctx, by, e)
	if err != nil {
		t.Fatal(err)
	}
	due, err := o.EntriesToPass(ctx, by)
	if err != nil || due[r.Case.ID].IsZero() {
		t.Fatalf("%v, %v", due, err)
	}
	if err := o.PassOnEntry(ctx, another, r.Case.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a stranger: %v", err)
	}
	if err := o.PassOnEntry(ctx, by, r.Case.ID); err != nil {
		t.Fatal(err)
	}
	if due, err = o.EntriesToPass(ctx, by); err != nil || len(due) != 0 {
		t.Errorf("still owed: %v, %v", due, err)
	}
	if err := o.PassOnEntry(ctx, by, r.Case.ID); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("again: %v", err)
	}
}
