package casework_test

import (
	"context"
	"testing"

	"priemnaya/casework"
)

func TestADraftHandedOverIsAdoptedOnceAndKeepsItsSite(t *testing.T) {
	b, ctx, by := newBench(t, "2026-04-01 10:00:00"), context.Background(), casework.Citizen(ivanova())
	handed := casework.FilingDraft{Regime: casework.RegimeAppeal, Text: "Провалился асфальт", Addressee: "roads", Site: "roads-site"}
	first, err := b.AdoptDraft(ctx, by, "handle", handed)
	if err != nil || first.Text != handed.Text || len(first.ID) != 32 {
		t.Fatalf("%+v %v", first, err)
	}
	first.Text = "Провалился асфальт у дома 3"
	if _, err := b.SaveDraft(ctx, by, first); err != nil {
		t.Fatal(err)
	}
	again, err := b.AdoptDraft(ctx, by, "handle", handed)
	if err != nil || again.ID != first.ID || again.Text != first.Text {
		t.Errorf("the second click lost what was typed: %+v %v", again, err)
	}
	f := again.FilingOf(ivanova(), casework.ChannelWeb)
	if f.Channel != casework.ChannelSite || f.Source != "roads-site" {
		t.Errorf("filed by %s from %q", f.Channel, f.Source)
	}
	if own := (casework.FilingDraft{}).FilingOf(ivanova(), casework.ChannelWeb); own.Channel != casework.ChannelWeb || own.Source != "" {
		t.Errorf("a draft of our own pages: %s %q", own.Channel, own.Source)
	}
	if _, err := b.AdoptDraft(ctx, by, "", handed); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("without a handle: %v", err)
	}
	other, err := b.AdoptDraft(ctx, casework.Citizen(casework.Applicant{Key: "esia:2"}), "handle", handed)
	if err != nil || other.Text != handed.Text {
		t.Errorf("another person must not see what the first has changed: %q", other.Text)
	}
	for n := range casework.MaxDrafts - 1 {
		if _, err := b.AdoptDraft(ctx, by, string(rune('a'+n)), handed); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.AdoptDraft(ctx, by, "one too many", handed); casework.CodeOf(err) != casework.TooMany {
		t.Errorf("one too many: %v", err)
	}
}
