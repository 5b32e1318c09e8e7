package desk_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// offers are the buttons of a list that decide a case.
var offers = regexp.MustCompile(`name="take" value="([^"]+)"`)

func (b *bench) list(t *testing.T, by casework.Actor, query string) reply {
	t.Helper()
	r := b.get(t, by, "/desk?"+query)
	if r.status != 200 {
		t.Fatalf("%s: status %d\n%s", query, r.status, r.body)
	}
	return r
}

func shows(r reply, c casework.Case) bool { return strings.Contains(r.body, `data-row="`+c.ID+`"`) }

func TestListsThatCutAcrossTheStagesShowWhatTheySay(t *testing.T) {
	b := newBench(t)
	rework, asked, late := b.at(t, casework.StageInWork), b.at(t, casework.StageInWork), b.at(t, casework.StageInWork)
	signing := b.at(t, casework.StageOnSigning)
	b.do(t, officer, rework.ID, casework.Submission{Revision: 1})
	b.do(t, head, rework.ID, casework.SendingBack{Remarks: "Дописать сроки."})
	b.do(t, officer, asked.ID, casework.DocumentRequest{To: "water", What: "Прошу схему сетей."})
	// Thirty days later these are overdue; one more comes in that day.
	b.now = b.now.AddDate(0, 0, 40)
	soon := b.at(t, casework.StageRouted)
	for tab, want := range map[string][]casework.Case{"rework": {rework}, "waiting": {asked, signing}, "overdue": {rework, asked, late, signing}, "soon": {soon}} {
		r := b.list(t, head, "tab="+tab)
		for _, c := range []casework.Case{rework, asked, late, signing, soon} {
			wanted := false
			for _, w := range want {
				wanted = wanted || w.ID == c.ID
			}
			if shows(r, c) != wanted {
				t.Errorf("%s: the case at %s is shown: %v", tab, c.Stage, !wanted)
			}
		}
		count := regexp.MustCompile(`aria-current="page">[^<]*<span class="tab-count num">(\d+)<`).FindStringSubmatch(r.body)
		if count == nil || count[1] != itoa(len(want)) {
			t.Errorf("%s counts %v, want %d", tab, count, len(want))
		}
	}
	if r := b.list(t, head, "tab=waiting&waits=body"); !shows(r, asked) || shows(r, signing) || !strings.Contains(r.body, "ждёт другой орган") {
		t.Error("the filter by whom a case waits for does not hold")
	}
	if r := b.list(t, second, "tab=overdue"); shows(r, late) {
		t.Error("an officer's overdue list shows the cases of another")
	}
}

func TestFiltersByApplicantAndRegimeHold(t *testing.T) {
	b := newBench(t)
	b.name = casework.PersonName{Surname: "Синицына", Given: "Ольга"}
	mine := b.at(t, casework.StageRouted)
	b.name, b.text = casework.PersonName{Surname: "Петров", Given: "Пётр"}, "Соседка Синицына жалуется на яму во дворе."
	other := b.at(t, casework.StageRouted)
	r := b.list(t, registrar, "tab=registration&applicant="+url.QueryEscape("синицына"))
	if !shows(r, mine) || shows(r, other) {
		t.Error("the filter by applicant finds the wrong cases")
	}
	if r := b.list(t, registrar, "tab=registration&regime=210-FZ"); shows(r, mine) {
		t.Error("the filter by regime is ignored")
	}
}

func TestASuggestedCaseIsDecidedFromTheListWithoutScripts(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageHeld)
	r := b.list(t, central, "tab=held")
	found := offers.FindAllStringSubmatch(r.body, -1)
	if len(found) != 3 || !strings.Contains(r.body, "61&nbsp;%") && !strings.Contains(r.body, "61 %") {
		t.Fatalf("%d offers", len(found))
	}
	f := r.formTo(t, "/desk/bulk")
	f.values.Set("take", found[0][1])
	answer := b.submit(t, central, f)
	if answer.status != 303 || answer.header.Get("Location") != "/desk?tab=held" {
		t.Errorf("status %d to %s", answer.status, answer.header.Get("Location"))
	}
	if got := b.load(t, c.ID); got.Stage != casework.StageRegistered || got.Place.Body != "roads" {
		t.Errorf("the case is %s at %s", got.Stage, got.Place.Body)
	}
	// The same button again is stale: told as JSON to a script, nothing changes.
	again := httptest.NewRequest(http.MethodPost, "/desk/bulk", strings.NewReader(f.values.Encode()))
	again.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	again.Header.Set("Accept", "application/json")
	var told struct {
		Done bool
		Text string
	}
	if answer = b.send(t, central, again); json.Unmarshal([]byte(answer.body), &told) != nil || told.Done || told.Text == "" {
		t.Errorf("a stale offer: %d %s", answer.status, answer.body)
	}
	if got := b.load(t, c.ID); got.Stage != casework.StageRegistered {
		t.Error("a stale offer has changed the case")
	}
}

func TestAListTellsWhetherItHasChanged(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRouted)
	r := b.list(t, registrar, "tab=registration")
	mark := regexp.MustCompile(`data-mark="([0-9a-f]+)"`).FindStringSubmatch(r.body)[1]
	if same := b.get(t, registrar, "/desk/fresh?tab=registration&mark="+mark); same.status != 204 || same.body != "" {
		t.Errorf("nothing has changed: %d %s", same.status, same.body)
	}
	fresh := b.at(t, casework.StageRouted)
	var told struct {
		Mark string
		Rows map[string]int64
	}
	answer := b.get(t, registrar, "/desk/fresh?tab=registration&mark="+mark)
	if err := json.Unmarshal([]byte(answer.body), &told); err != nil || told.Mark == mark || told.Rows[c.ID] == 0 || told.Rows[fresh.ID] == 0 || len(answer.body) > 4000 {
		t.Errorf("a new case: %d %s", answer.status, answer.body)
	}
	if none := b.get(t, registrar, "/desk/fresh?tab=nonsense"); none.status != 404 {
		t.Errorf("an unknown list: %d", none.status)
	}
}

func TestASavedViewIsKeptRenamedMadeTheFirstAndDropped(t *testing.T) {
	b := newBench(t)
	ask := b.get(t, head, "/desk/views?query="+url.QueryEscape("tab=open&topic=0003&after=x&p=y"))
	if bad := b.submit(t, head, ask.formTo(t, "/desk/views"), "name", " "); bad.status != 422 || !strings.Contains(bad.body, "Назовите отбор") {
		t.Errorf("no name: %d", bad.status)
	}
	saved := b.submit(t, head, ask.formTo(t, "/desk/views"), "name", "Дороги", "default", "1")
	if saved.status != 303 || saved.header.Get("Location") != "/desk?tab=open&topic=0003" {
		t.Fatalf("saved: %d to %s", saved.status, saved.header.Get("Location"))
	}
	if first := b.get(t, head, "/desk"); first.status != 303 || first.header.Get("Location") != "/desk?tab=open&topic=0003" {
		t.Errorf("the desk opens with %d %s", first.status, first.header.Get("Location"))
	}
	if other := b.get(t, registrar, "/desk"); other.status != 200 {
		t.Errorf("another person's desk: %d", other.status)
	}
	if r := b.list(t, head, "tab=open&topic=0003"); !strings.Contains(r.body, `aria-current="page">Дороги`) {
		t.Error("the view in use is not marked")
	}
	page := b.get(t, head, "/desk/views")
	id := regexp.MustCompile(`edit=([0-9a-f]+)"`).FindStringSubmatch(page.body)[1]
	edit := b.get(t, head, "/desk/views?edit="+id)
	b.submit(t, head, edit.forms(t)[1], "name", "Ямы", "default", "")
	if first := b.get(t, head, "/desk"); first.status != 200 || !strings.Contains(first.body, "Ямы") {
		t.Errorf("after the change: %d", first.status)
	}
	var drop form
	for _, f := range b.get(t, head, "/desk/views").forms(t) {
		if f.values.Get("id") == id {
			drop = f
		}
	}
	b.submit(t, head, drop, "do", "drop")
	if r := b.get(t, head, "/desk/views"); strings.Contains(r.body, "Ямы") || !strings.Contains(r.body, "Отборов пока нет") {
		t.Error("the view is still there")
	}
}

func TestManyCasesAreAssignedAfterAConfirmationWithAResultForEach(t *testing.T) {
	b := newBench(t)
	one, two, late := b.at(t, casework.StageRegistered), b.at(t, casework.StageRegistered), b.at(t, casework.StageAnswered)
	list := b.list(t, head, "tab=registered").formTo(t, "/desk/bulk")
	if none := b.submit(t, head, list, "act", "assign"); none.status != 303 {
		t.Errorf("no case selected: %d", none.status)
	}
	list.values["case"] = []string{one.ID, two.ID, late.ID}
	confirm := b.submit(t, head, list, "act", "assign")
	if confirm.status != 200 || !strings.Contains(confirm.body, "Действие коснётся 2 дел") || !strings.Contains(confirm.body, "поручим") {
		t.Fatalf("the confirmation: %d\n%s", confirm.status, confirm.body)
	}
	if got := b.load(t, one.ID); got.Place.Officer != "" {
		t.Fatal("the confirmation has assigned the case already")
	}
	ready := confirm.formTo(t, "/desk/bulk/start")
	if bad := b.submit(t, head, ready); bad.status != 422 {
		t.Errorf("no officer chosen: %d", bad.status)
	}
	started := b.submit(t, head, ready, "officer", second.ID)
	at := started.header.Get("Location")
	if started.status != 303 || !strings.HasPrefix(at, "/desk/bulk/") {
		t.Fatalf("started: %d %s", started.status, at)
	}
	if again := b.submit(t, head, ready, "officer", second.ID); again.header.Get("Location") != at {
		t.Error("the form sent twice is two bulks")
	}
	running := b.get(t, head, at)
	if running.header.Get("Refresh") == "" || !strings.Contains(running.body, "Сделано 0 из 2") {
		t.Errorf("the progress: %d", running.status)
	}
	b.do(t, head, two.ID, casework.Assignment{Officer: officer})
	if err := b.RunBulk(t.Context(), strings.TrimPrefix(at, "/desk/bulk/"), staffBook); err != nil {
		t.Fatal(err)
	}
	done := b.get(t, head, at)
	if done.header.Get("Refresh") != "" || !strings.Contains(done.body, "Готово: 1 из 2") || !strings.Contains(done.body, "дело изменилось") {
		t.Errorf("the result:\n%s", done.body)
	}
	if got := b.load(t, one.ID); got.Place.Officer != second.ID {
		t.Errorf("the officer is %q", got.Place.Officer)
	}
	if foreign := b.get(t, registrar, at); foreign.status != 404 {
		t.Errorf("another person's bulk: %d", foreign.status)
	}
}

func TestAForeignCaseInABulkLooksLikeAMissingOne(t *testing.T) {
	b := newBench(t)
	c, own := b.at(t, casework.StageRegistered), b.list(t, foreigner, "tab=open")
	_ = own
	b.text = "Прорвало трубу."
	at := func(id string) string {
		r := httptest.NewRequest(http.MethodGet, "/desk/views?query=tab%3Dopen", nil)
		f := b.send(t, foreigner, r).formTo(t, "/desk/views")
		f.action = "/desk/bulk"
		f.values["case"] = []string{id}
		return changing.ReplaceAllString(strings.ReplaceAll(b.submit(t, foreigner, f, "act", "assign").body, id, "ID"), "")
	}
	if foreign, missing := at(c.ID), at(strings.Repeat("2", len(c.ID))); foreign != missing || !strings.Contains(foreign, "дело недоступно") {
		t.Error("a foreign case is told from a missing one")
	}
}

func TestAPageOfFiftySuggestedCasesIsSmall(t *testing.T) {
	b := newBench(t)
	b.text = strings.Repeat("Прошу отремонтировать дорогу на улице Садовой. ", 20)
	for range 60 {
		b.at(t, casework.StageHeld)
	}
	begun := time.Now()
	r := b.list(t, central, "tab=held")
	if len(offers.FindAllString(r.body, -1)) != 150 || len(r.body) > 100<<10 {
		t.Errorf("%d bytes", len(r.body))
	}
	t.Logf("%d bytes in %v", len(r.body), time.Since(begun))
}

// staffBook knows the people of the tests.
func staffBook(_ context.Context, id string) (casework.Actor, bool, error) {
	for _, a := range append(visitors, people...) {
		if a.ID == id {
			return a, true, nil
		}
	}
	return casework.Actor{}, false, nil
}
