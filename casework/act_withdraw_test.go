package casework_test

import (
	"context"
	"testing"

	"priemnaya/casework"
)

func TestACoSignerCannotWithdrawTheAppealOfAll(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	ctx := context.Background()
	c := b.file(t, filing())
	invitation, err := b.Invitation(ctx, citizen, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	second := ivanova()
	second.Key, second.Name.Surname = "esia:2", "Петрова"
	if _, err := b.Join(ctx, second, c.ID, invitation); err != nil {
		t.Fatal(err)
	}
	_, err = b.Do(ctx, casework.Citizen(second), c.ID, casework.AnyState, casework.Withdrawal{})
	if casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("a co-signer withdraws: %v", err)
	}
	if c = b.do(t, citizen, c.ID, casework.Withdrawal{}); c.Stage != casework.StageWithdrawn {
		t.Errorf("after the applicant's withdrawal the case is %s", c.Stage)
	}
}
