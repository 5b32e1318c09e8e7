package notifications_test

import (
	"slices"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/templates"
)

// inner are acts that bind nobody but the body itself: the applicant's page
// does not tell them. Everything else must have words for him.
var inner = []casework.ActKind{casework.ActMarkUp, casework.ActSplit, casework.ActLink, casework.ActCopied, casework.ActPropose,
	casework.ActFind, casework.ActDraft, casework.ActSubmit, casework.ActSendBack, casework.ActSign, casework.ActWarn,
	casework.ActAskVisa, casework.ActVisa}

func TestEveryActHasWordsForTheApplicantAndForTheDesk(t *testing.T) {
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range casework.ActKinds() {
		for _, lang := range templates.Languages {
			ids := []string{"act." + string(act), "desk.act." + string(act)}
			if !slices.Contains(inner, act) {
				ids = append(ids, "portal.event."+string(act))
			}
			for _, id := range ids {
				if !set.Has(lang, id) {
					t.Errorf("%s has no text %s", lang, id)
				}
			}
			if slices.Contains(inner, act) && set.Has(lang, "portal.event."+string(act)) {
				t.Errorf("%s is an inner step and still told to the applicant", act)
			}
		}
	}
}

// startRules are terms that never run in a case: they only say how another
// one is reckoned.
var startRules = []casework.TermKind{casework.TermFile, casework.TermFileOrder}

func TestEveryTermThatCanWarnStaffHasAName(t *testing.T) {
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range laws.Regulations {
		for kind := range r.Terms {
			name := variantless(kind)
			for _, lang := range templates.Languages {
				if !slices.Contains(startRules, name) && !set.Has(lang, "desk.term."+string(name)) {
					t.Errorf("%s: the term %s has no name in %s", r.Regime, kind, lang)
				}
			}
		}
	}
}

func variantless(kind casework.TermKind) casework.TermKind {
	for i, c := range kind {
		if c == '@' {
			return kind[:i]
		}
	}
	return kind
}
