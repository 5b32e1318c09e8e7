package portal

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

// answeredHere files anna's appeal and answers it at a body.
func (h *house) answeredHere(body string) casework.Case {
	h.t.Helper()
	f := casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb, Applicant: anna, Lang: "ru",
		Text: "На улице Садовой третью неделю не горят фонари.", Topic: "0003.0009.0097.0690", Addressee: body, Key: "0123456789abcdef"}
	r, err := h.office.File(h.t.Context(), casework.Citizen(anna), f)
	must(h.t, err)
	_, err = h.office.Route(h.t.Context(), r.Case.ID)
	must(h.t, err)
	all := casework.Actor{ID: "staff:o", Name: "Олег", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: "*"},
		{Role: casework.RoleOfficer, Body: "*"}, {Role: casework.RoleHead, Body: "*"}}}
	var c casework.Case
	for _, act := range []casework.Act{casework.Registration{}, casework.Assignment{Officer: all},
		casework.Drafting{Text: "Фонари починят.", Outcome: casework.OutcomeExplained}, casework.Submission{Revision: 1}, casework.Signing{}, casework.Answering{}} {
		c, err = h.office.Do(h.t.Context(), all, r.Case.ID, casework.AnyState, act)
		must(h.t, err)
	}
	return c
}

func TestTheComplaintAboutAnAnswerIsReadyButForItsGrounds(t *testing.T) {
	h := openHouse(t)
	reg, err := casework.NewRegistry("r2", []casework.Body{{ID: "region", Name: "Правительство Заречья", Level: casework.LevelRegional},
		{ID: "roads", Name: "Комитет дорожного хозяйства", Level: casework.LevelRegional, Parent: "region"}}, nil)
	must(t, err)
	h.office.SetRegistry(reg)
	c := h.answeredHere("roads")
	r1 := h.reader("anna", "ru")
	page := r1.get("/case/" + c.ID)
	check(t, "case", page)
	for _, path := range []string{"/rate", "/reopen", "/complain", "/readers"} {
		if !strings.Contains(page.Body, "/case/"+c.ID+path) {
			t.Errorf("the page offers no %s", path)
		}
	}
	if a := r1.post("/case/" + c.ID + "/complain"); !strings.HasSuffix(a.Location, "/text") {
		t.Fatalf("leads to %q, status %d", a.Location, a.Status)
	}
	drafts, err := h.office.Drafts(t.Context(), casework.Citizen(anna))
	must(t, err)
	if len(drafts) != 1 {
		t.Fatalf("%d drafts", len(drafts))
	}
	d := drafts[0]
	if d.Addressee != "region" || d.Regime != casework.RegimeAppeal || d.Kind != casework.KindComplaint || d.Step != "text" ||
		d.Fields[fieldAbout] != c.ID || d.Fields[fieldAboutBody] != "roads" || d.Contact.Email != "anna@example.ru" ||
		!strings.Contains(d.Text, c.Answers[0].Number) || !strings.Contains(d.Text, c.Number) {
		t.Errorf("draft %+v", d)
	}
	if !onlyPrepared(d) {
		t.Error("the prepared text alone counts as grounds")
	}
	d.Text += "Фонари так и не горят."
	if onlyPrepared(d) {
		t.Error("written grounds are not seen")
	}
	f := d.FilingOf(anna, casework.ChannelWeb)
	aboutAnswer(d, &f)
	r, err := h.office.File(t.Context(), casework.Citizen(anna), f)
	must(t, err)
	if len(r.Case.Links) != 1 || r.Case.Links[0] != (casework.Link{Kind: casework.LinkComplaint, Case: c.ID}) ||
		r.Case.Procedure.Complaint.Against[0].Body != "roads" {
		t.Errorf("links %+v, complaint %+v", r.Case.Links, r.Case.Procedure.Complaint)
	}
	f.Applicant, f.Key = boris, "fedcba9876543210"
	f.Applicant.Contact.Cabinet = true
	if _, err := h.office.File(t.Context(), casework.Citizen(boris), f); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("somebody else complains about this answer: %v", err)
	}
}

func TestAMarkAndARequestToCheckKeepWhatWasTypedAndReachTheCase(t *testing.T) {
	h := openHouse(t)
	c := h.answeredHere("roads")
	r := h.reader("anna", "ru")
	for _, name := range []string{"rate", "reopen", "readers"} {
		check(t, name, r.get("/case/"+c.ID+"/"+name))
		if a := h.reader("boris", "ru").get("/case/" + c.ID + "/" + name); a.Status != 404 {
			t.Errorf("%s is shown to a stranger: %d", name, a.Status)
		}
	}
	r.get("/case/" + c.ID + "/rate")
	if a := r.post("/case/"+c.ID+"/rate", "comment", "Так и не сделали <b>"); a.Status != 422 || !strings.Contains(a.Body, "Так и не сделали &lt;b&gt;") {
		t.Errorf("without a mark: %d", a.Status)
	}
	r.get("/case/" + c.ID + "/rate")
	if a := r.post("/case/"+c.ID+"/rate", "mark", "2", "comment", "Так и не сделали"); a.Location != "/case/"+c.ID {
		t.Fatalf("a mark: %d %q", a.Status, a.Location)
	}
	if a := r.get("/case/" + c.ID); !strings.Contains(a.Body, "Ответ проверяют") || strings.Contains(a.Body, "/rate\"") {
		t.Error("the page does not say that the answer is checked")
	}
	r.get("/case/" + c.ID + "/reopen")
	if a := r.post("/case/"+c.ID+"/reopen", "reason", " "); a.Status != 422 {
		t.Errorf("no reason: %d", a.Status)
	}
	r.get("/case/" + c.ID + "/reopen")
	if a := r.post("/case/"+c.ID+"/reopen", "reason", "Фонари не горят."); a.Location != "/case/"+c.ID {
		t.Errorf("a reason: %d %q", a.Status, a.Location)
	}
	stored, err := h.store.Get(t.Context(), c.ID)
	must(t, err)
	if rev := stored.Reviewed(); rev == nil || rev.Reason != "Фонари не горят." || stored.Answers[0].Mark.Value != 2 {
		t.Errorf("stored %+v", stored.Answers[0])
	}
	if a := r.get("/case/" + c.ID + "/reopen"); a.Location != "/case/"+c.ID {
		t.Errorf("asked twice: %d", a.Status)
	}
}
