package portal

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// asked brings a case of anna to the point where the body has asked her.
func (h *house) asked(r *reader) string {
	h.t.Helper()
	id := r.file("Во дворе нет света.", "roads")
	h.register(id)
	for _, x := range []struct {
		by  casework.Actor
		act casework.Act
	}{{head, casework.Assignment{Officer: officer}}, {officer, casework.Asking{Text: "У какого подъезда?"}}} {
		_, err := h.office.Do(h.t.Context(), x.by, id, casework.AnyState, x.act)
		must(h.t, err)
	}
	return id
}

func TestAnAppealIsWithdrawnOnceAndItsWordsAreKept(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.file("Во дворе нет света.", "roads")
	page := r.get("/case/" + id + "/withdraw")
	check(t, "withdraw", page)
	if !strings.Contains(page.Body, "ответа по существу не будет") {
		t.Error("the consequences are not told")
	}
	// Somebody acts while the page is open.
	h.register(id)
	stale := r.post("/case/"+id+"/withdraw", "seen", "1", "reason", "передумала <b>")
	check(t, "stale", stale)
	if stale.Status != 409 || !strings.Contains(stale.Body, "передумала &lt;b&gt;") {
		t.Errorf("a stale page: status %d", stale.Status)
	}
	if a := h.reader("boris", "ru").post("/case/"+id+"/withdraw", "reason", ""); a.Status != 404 {
		t.Errorf("a stranger: status %d", a.Status)
	}
	if a := r.post("/case/"+id+"/withdraw", "reason", "передумала"); a.Location != "/case/"+id {
		t.Fatalf("status %d, to %q", a.Status, a.Location)
	}
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	if c.Stage != casework.StageWithdrawn {
		t.Fatalf("stage %s", c.Stage)
	}
	events := len(c.Journal)
	for _, again := range []answer{r.post("/case/"+id+"/withdraw", "reason", "ещё раз"), r.get("/case/" + id + "/withdraw")} {
		if again.Status != 303 || again.Location != "/case/"+id {
			t.Errorf("again: status %d, to %q", again.Status, again.Location)
		}
	}
	if c, _ = h.store.Get(t.Context(), id); len(c.Journal) != events {
		t.Error("the second press has changed the case")
	}
}

func TestOnlyAComplaintInControlIsWithdrawnInPart(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.beginAs(casework.RegimeControl)
	r.walk(draft, ways[casework.RegimeControl]...)
	id := strings.TrimPrefix(r.post("/file/"+draft+"/submit", "dates", r.shown(draft)).Location, "/file/done/")
	check(t, "withdraw", r.get("/case/"+id+"/withdraw"))
	if a := r.post("/case/"+id+"/withdraw", "what", "part", "part", ""); a.Status != 422 || !strings.Contains(a.Body, "какую часть") {
		t.Errorf("no part: status %d", a.Status)
	}
	r.post("/case/"+id+"/withdraw", "what", "part", "part", "пункт 2")
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	if c.Stage == casework.StageWithdrawn || c.Procedure.Complaint.Withdrawn != "пункт 2" {
		t.Errorf("%s %+v", c.Stage, c.Procedure.Complaint)
	}
	plain := r.file("Во дворе нет света.", "roads")
	r.post("/case/"+plain+"/withdraw", "what", "part", "part", "пункт 2")
	if c, _ := h.store.Get(t.Context(), plain); c.Stage == casework.StageWithdrawn {
		t.Error("asking for a part has withdrawn the whole")
	}
}

func TestTheBodysQuestionIsAnsweredOnce(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := h.asked(r)
	if page := r.get("/case/" + id); !strings.Contains(page.Body, "У какого подъезда?") || !strings.Contains(page.Body, "/clarify") {
		t.Error("the question is not on the case's page")
	}
	check(t, "clarify", r.get("/case/"+id+"/clarify"))
	empty := r.post("/case/"+id+"/clarify", "text", " ")
	check(t, "empty", empty)
	if empty.Status != 422 || !strings.Contains(empty.Body, "Напишите ответ") {
		t.Errorf("an empty answer: status %d", empty.Status)
	}
	if a := r.post("/case/"+id+"/clarify", "text", "У второго <script>"); a.Location != "/case/"+id {
		t.Fatalf("status %d, to %q\n%s", a.Status, a.Location, a.Body)
	}
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	if q := c.Procedure.Requests[0]; q.Waiting() || q.Answer != "У второго <script>" {
		t.Errorf("%+v", q)
	}
	for _, again := range []answer{r.post("/case/"+id+"/clarify", "text", "Ещё"), r.get("/case/" + id + "/clarify")} {
		if again.Status != 303 || again.Location != "/case/"+id {
			t.Errorf("a closed question: status %d, to %q", again.Status, again.Location)
		}
	}
}

func TestOthersJoinByTheirOwnSignIn(t *testing.T) {
	h := openHouse(t)
	r, other := h.reader("anna", "ru"), h.reader("boris", "ru")
	id := r.file("Во дворе нет света.", "roads")
	key, err := h.office.Invitation(t.Context(), casework.Citizen(anna), id)
	must(t, err)
	link := "/join/" + id + "/" + key
	if !strings.Contains(r.get("/case/"+id).Body, link) {
		t.Error("the invitation is not on the author's page")
	}
	if a := h.reader("", "ru").get(link); a.Status != 303 || !strings.HasPrefix(a.Location, "/login?next=") {
		t.Errorf("not signed in: %d %q", a.Status, a.Location)
	}
	none := other.get("/case/" + strings.Repeat("2", 26))
	for _, wrong := range []string{"/join/" + id + "/" + strings.Repeat("2", 20), "/join/" + strings.Repeat("2", 26) + "/" + key,
		"/join/" + id + "/x", "/join/%3Cb%3E/" + key} {
		for _, a := range []answer{other.get(wrong), other.post(wrong, "agree", "yes")} {
			if a.Status != 404 || len(a.Body) == 0 || a.Status != none.Status {
				t.Errorf("%s: status %d", wrong, a.Status)
			}
		}
	}
	page := other.get(link)
	check(t, "join", page)
	if !strings.Contains(page.Body, "Во дворе нет света.") || !strings.Contains(page.Body, "Ким Борис") {
		t.Error("it does not show what is signed and by whom")
	}
	if a := other.post(link); a.Status != 422 {
		t.Errorf("without the tick: %d", a.Status)
	}
	for range 2 {
		if a := other.post(link, "agree", "yes"); a.Location != "/case/"+id {
			t.Fatalf("status %d, to %q", a.Status, a.Location)
		}
	}
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	if len(c.Parties.Applicants) != 2 || c.Applicant().Key != anna.Key {
		t.Fatalf("%d signers", len(c.Parties.Applicants))
	}
	if !strings.Contains(other.get("/my").Body, id) || !strings.Contains(other.get("/case/"+id).Body, "Подписали 2 человека") {
		t.Error("the co-signer does not see the case")
	}
	if strings.Contains(other.get("/case/"+id).Body, key) {
		t.Error("a co-signer can invite others")
	}
	if a := other.post("/case/"+id+"/withdraw", "reason", "не хочу"); a.Status != 303 || strings.Contains(other.get("/case/"+id).Body, "/withdraw") {
		t.Errorf("a co-signer is offered to withdraw: %d", a.Status)
	}
	if c, _ := h.store.Get(t.Context(), id); c.Stage == casework.StageWithdrawn {
		t.Error("a co-signer has withdrawn the appeal of all")
	}
	h.reply(id, "Свет починят.")
	if !strings.Contains(other.get("/case/"+id).Body, "Свет починят.") {
		t.Error("the co-signer does not see the letter")
	}
	h.people["vera"] = casework.Applicant{Key: "esia:3", Assurance: casework.AssuranceConfirmed, Name: casework.PersonName{Surname: "Лис", Given: "Вера"}}
	if a := h.reader("vera", "ru").post(link, "agree", "yes"); a.Status != 422 || !strings.Contains(a.Body, "Подписать уже нельзя") {
		t.Errorf("too late: status %d", a.Status)
	}
}

func TestADateExplainsItselfToPrograms(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.file("Во дворе нет света.", "roads")
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	for _, term := range c.Terms {
		var got casework.Explanation
		must(t, json.Unmarshal([]byte(r.get("/case/"+id+"/term/"+term.ID+".json").Body), &got))
		if got.Reckoning.Due != term.Due || !got.Same || len(got.Reckoning.Steps) == 0 {
			t.Errorf("%s: %+v", term.ID, got.Reckoning)
		}
	}
	if a := h.reader("boris", "ru").get("/case/" + id + "/term/t1.json"); a.Status != 404 {
		t.Errorf("a stranger: %d", a.Status)
	}
	if a := r.get("/case/" + id + "/term/t99.json"); a.Status != 404 {
		t.Errorf("an unknown term: %d", a.Status)
	}
	tracker := h.reader("", "ru")
	code, err := h.office.ReissueCode(t.Context(), casework.Citizen(anna), id)
	must(t, err)
	tracker.post("/track", "number", c.Receipt, "code", code)
	if a := tracker.get("/track/case/term/t1.json"); a.Status != 200 || !strings.Contains(a.Body, c.Terms[0].Due.String()) {
		t.Errorf("by the code: %d", a.Status)
	}
}

func TestTheListShowsTheAnswersDateBetweenRegistrationAndAssignment(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.file("Во дворе нет света.", "roads")
	c := h.register(id)
	term, _ := c.Term(casework.TermConsider)
	if body := r.get("/my").Body; !strings.Contains(body, `datetime="`+term.Due.String()+`"`) || !strings.Contains(body, "/case/"+id+"/term/"+term.ID) {
		t.Error("the date of the answer is not in the list")
	}
}

func TestDaysAreCountedByTheClockOfTheBody(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.file("Во дворе нет света.", "east")
	c := h.register(id)
	term, _ := c.Term(casework.TermConsider)
	kamchatka, err := time.LoadLocation("Asia/Kamchatka")
	must(t, err)
	// In Kamchatka the last day has begun, in Moscow it has not.
	h.setNow(term.Due.Time(kamchatka).Add(time.Hour))
	for _, path := range []string{"/my", "/case/" + id} {
		if !strings.Contains(r.get(path).Body, "срок истекает сегодня") {
			t.Errorf("%s counts the days of another place", path)
		}
	}
}
