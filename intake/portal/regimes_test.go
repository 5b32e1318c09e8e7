package portal

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// beginAs starts a draft in a procedure.
func (r *reader) beginAs(regime casework.Regime) string {
	r.h.t.Helper()
	a := r.post("/file/new", "do", "next", "regime", string(regime))
	parts := strings.Split(a.Location, "/")
	if a.Status != 303 || len(parts) != 4 {
		r.h.t.Fatalf("a new draft: status %d, to %q", a.Status, a.Location)
	}
	return parts[2]
}

// walk posts steps and expects each to be taken.
func (r *reader) walk(id string, steps ...[]string) {
	r.h.t.Helper()
	for _, s := range steps {
		if a := r.post("/file/"+id+s[0], s[1:]...); a.Status != 303 || strings.Contains(a.Location, "/safe") {
			r.h.t.Fatalf("%s: status %d, to %q\n%s", s[0], a.Status, a.Location, a.Body)
		}
	}
}

// ways are the answers that make a whole submission in each procedure.
var ways = map[casework.Regime][][]string{
	casework.RegimeAppeal: {{"/about", "topic", "0003.0009.0097.0690", "territory", "01"}, {"/to", "addressee", "roads"},
		{"/text", "text", "Прошу разъяснить порядок."}, {"/contact", "email", "anna@example.ru"}},
	casework.RegimeMessage: {{"/about", "topic", "0003.0009.0097.0690", "address", "Мира, 5"}, {"/to", "addressee", "decide"},
		{"/text", "text", "Не горит фонарь."}, {"/contact", "email", "anna@example.ru"}},
	casework.RegimeServices: {{"/complaint", "against", "housing", "against_kind", "official", "against_name", "специалист окна 5", "service", "субсидия",
		"grounds_asked", "yes", "grounds", "refused_documents", "grounds", "late_service", "decision", "отказали в приёме", "decision_number", "17", "decided_on", "18.11.2026", "demands", "принять"},
		{"/to", "addressee", "housing"}, {"/text", "text", "Мне отказали в приёме документов."}, {"/contact", "phone", "+7 900 000-00-00"}},
	casework.RegimeControl: {{"/complaint", "against", "housing", "against_kind", "body", "grounds_asked", "yes", "grounds", "order",
		"decision", "предписание, пункт 2", "knew", "2026-11-18", "register", "77-1", "demands", "отменить пункт 2", "suspend", "остановится цех"},
		{"/to", "addressee", "roads"}, {"/text", "text", "Не согласны с предписанием."}, {"/contact", "email", "anna@example.ru"}},
}

func TestEveryProcedureIsFiledWithItsOwnFields(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	for regime, steps := range ways {
		id := r.beginAs(regime)
		r.walk(id, steps...)
		check(t, string(regime), r.get("/file/"+id+"/check"))
		a := r.post("/file/"+id+"/submit", "dates", r.shown(id))
		c, err := h.store.Get(t.Context(), strings.TrimPrefix(a.Location, "/file/done/"))
		must(t, err)
		if c.Procedure.Regime != regime {
			t.Errorf("%s was filed as %s", regime, c.Procedure.Regime)
		}
		switch p := c.Procedure.Complaint; regime {
		case casework.RegimeServices:
			if c.Procedure.Variant != "short" || len(p.Grounds) != 2 || p.Against[0].Official != "специалист окна 5" || p.Against[0].Body != "housing" ||
				p.Decision != "субсидия\nотказали в приёме\n№ 17 2026-11-18" || p.Demands != "принять" {
				t.Errorf("210-FZ: %q %+v", c.Procedure.Variant, p)
			}
		case casework.RegimeControl:
			if !p.Order || p.LateFiled || p.Register != "77-1" || p.Suspend != "остановится цех" || c.Procedure.Happened[casework.StartOrdered].String() != "2026-11-18" {
				t.Errorf("248-FZ: %+v %v", p, c.Procedure.Happened)
			}
		case casework.RegimeMessage:
			if c.Subject.Address != "Мира, 5" || p != nil {
				t.Errorf("message: %+v", c.Subject)
			}
		}
		check(t, "done "+string(regime), r.get(a.Location))
	}
}

func TestTheFirstQuestionShowsTermsOfTheLawAndWaitsForAnAnswer(t *testing.T) {
	h := openHouse(t)
	for _, lang := range []string{"ru", "en"} {
		r := h.reader("anna", lang)
		a := r.get("/file")
		check(t, "start", a)
		for regime := range ways {
			law, err := h.portal.law(regime)
			must(t, err)
			if !strings.Contains(a.Body, html.EscapeString(law.Title[lang])) || !strings.Contains(a.Body, html.EscapeString(strings.SplitN(law.Suits[lang], ".", 2)[0])) {
				t.Errorf("%s: %s is not told", lang, regime)
			}
		}
		if a := r.post("/file/new", "do", "next"); a.Status != 422 || !strings.Contains(a.Body, "f-regime-error") {
			t.Errorf("no choice: status %d", a.Status)
		}
		if a := r.post("/file/new", "do", "next", "regime", protected); a.Location != "/protected" {
			t.Errorf("the protected channel: to %q", a.Location)
		}
		check(t, "door", r.get("/protected"))
		a = r.post("/file/new", "do", "guess", "words", "МФЦ отказался принять документы на субсидию")
		page := r.get(a.Location)
		check(t, "guess", page)
		if !strings.Contains(page.Body, `value="210-FZ" checked`) {
			t.Error("the guess is not marked")
		}
	}
}

func TestAComplaintNamesEachMissingFieldAndKeepsTheRest(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	cases := []struct {
		regime casework.Regime
		pairs  []string
		want   []string
	}{
		{casework.RegimeServices, []string{"decision", "оставшийся текст"}, []string{"Укажите, на кого жалоба", "Назовите услугу", "Отметьте хотя бы одно"}},
		{casework.RegimeServices, []string{"decision", "оставшийся текст", "against", "other"}, []string{"Назовите МФЦ"}},
		{casework.RegimeControl, []string{"decision", "оставшийся текст", "knew", "завтра"}, []string{"Напишите дату так", "Напишите, чего вы требуете"}},
		{casework.RegimeControl, []string{"decision", "оставшийся текст", "knew", "2026-12-18"}, []string{"ещё не наступил"}},
		{casework.RegimeControl, []string{"decision", "оставшийся текст", "knew", "18.11.2026", "decided_on", "19.11.2026"}, []string{"раньше даты документа"}},
		{casework.RegimeControl, []string{"decision", "оставшийся текст", "knew", "18.11.2016"}, []string{"За 2016 год"}},
		{casework.RegimeControl, []string{"decision", "оставшийся текст", "knew", "01.09.2026"}, []string{"Напишите, почему опоздали", "Срок подачи прошёл"}},
		{casework.RegimeControl, []string{"decision", "оставшийся текст", "demands", strings.Repeat("я", maxPetition+1)}, []string{"Сократите"}},
	}
	for _, x := range cases {
		id := r.beginAs(x.regime)
		a := r.post("/file/"+id+"/complaint", append(x.pairs, "grounds_asked", "yes")...)
		check(t, string(x.regime), a)
		for _, want := range append(x.want, "оставшийся текст") {
			if a.Status != 422 || !strings.Contains(a.Body, want) {
				t.Errorf("%v: status %d, no %q", x.pairs, a.Status, want)
			}
		}
		if again := r.get("/file/" + id + "/complaint"); !strings.Contains(again.Body, "оставшийся текст") {
			t.Error("what was typed is lost")
		}
		if a := r.post("/file/"+id+"/submit", "dates", "x"); a.Status != 422 || len(h.mine(anna)) != 0 {
			t.Errorf("it can be submitted: %d", a.Status)
		}
	}
}

func TestAMessageNeedsAPlaceAndA210ComplaintAPhone(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.beginAs(casework.RegimeMessage)
	if a := r.post("/file/"+id+"/about", "words", "яма"); a.Status != 422 || !strings.Contains(a.Body, "Укажите место") {
		t.Errorf("no place: %d", a.Status)
	}
	id = r.beginAs(casework.RegimeServices)
	r.walk(id, ways[casework.RegimeServices][:3]...)
	if a := r.post("/file/"+id+"/contact", "phone", ""); a.Status != 422 || !strings.Contains(a.Body, "Укажите телефон") {
		t.Errorf("no phone: %d", a.Status)
	}
}

func TestWhoeverIsComplainedOfIsNotOfferedAsJudge(t *testing.T) {
	h := openHouse(t)
	reg, err := casework.NewRegistry("r2", append([]casework.Body{{ID: "region", Name: "Правительство Заречья", Level: casework.LevelRegional},
		{ID: "child", Name: "Управление ям", Parent: "region", Level: casework.LevelRegional}}, bodies...), nil)
	must(t, err)
	h.office.SetRegistry(reg)
	r := h.reader("anna", "ru")
	id := r.beginAs(casework.RegimeControl)
	first := ways[casework.RegimeControl][0]
	r.walk(id, append([]string{"/complaint", "against", "child"}, first[3:]...))
	page := r.get("/file/" + id + "/to?q=управление")
	check(t, "to", page)
	if strings.Contains(page.Body, `value="child"`) || !strings.Contains(page.Body, `value="region"`) || !strings.Contains(page.Body, "не рассматривает жалобу на себя") {
		t.Error("the one complained of is offered, or his superior is not")
	}
	if a := r.post("/file/"+id+"/to", "addressee", "child"); a.Status != 422 {
		t.Errorf("the one complained of is taken: %d", a.Status)
	}
}

const dangerous = "Начальник отдела полиции берёт взятки, боюсь мести."

func TestAProtectedMatterIsNeverFiledInTheOpenWithoutConsent(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.begin()
	r.fill(id, "Прошу разъяснить порядок.", "roads")
	dates := r.shown(id)
	// It may come by the autosave, past every check.
	if a := r.post("/file/"+id+"/text/save", "text", dangerous); a.Status != 204 {
		t.Fatalf("autosave: %d", a.Status)
	}
	for _, a := range []answer{r.get("/file/" + id + "/check"), r.post("/file/"+id+"/submit", "dates", dates),
		r.post("/file/"+id+"/submit", "dates", dates, "open", "yes"), r.post("/file/"+id+"/text", "text", dangerous)} {
		if a.Status != 303 || !strings.Contains(a.Location, "/safe") {
			t.Errorf("status %d, to %q", a.Status, a.Location)
		}
	}
	page := r.get("/file/" + id + "/safe?next=check")
	check(t, "safe", page)
	if a := r.post("/file/"+id+"/safe", "next", "check"); a.Status != 422 || len(h.mine(anna)) != 0 {
		t.Errorf("without the tick: %d", a.Status)
	}
	if draft, err := h.office.Draft(t.Context(), casework.Citizen(anna), id); err != nil || draft.Text != dangerous {
		t.Errorf("the draft has lost the text: %v", err)
	}
	if a := r.post("/file/"+id+"/safe", "next", "check", "open", "yes"); a.Location != "/file/"+id+"/check" {
		t.Errorf("with the tick: to %q", a.Location)
	}
	// Another text is another consent.
	r.post("/file/"+id+"/text/save", "text", dangerous+" Он угрожает.")
	if a := r.post("/file/"+id+"/submit", "dates", dates); !strings.Contains(a.Location, "/safe") || len(h.mine(anna)) != 0 {
		t.Errorf("the consent holds for another text: %q", a.Location)
	}
	r.post("/file/"+id+"/safe", "next", "check", "open", "yes")
	if a := r.post("/file/"+id+"/submit", "dates", r.shown(id)); !strings.HasPrefix(a.Location, "/file/done/") {
		t.Errorf("with consent: %d %q", a.Status, a.Location)
	}
}

func TestTheDatesShownAreStoredInEveryProcedure(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	order := []casework.Regime{casework.RegimeAppeal, casework.RegimeMessage, casework.RegimeServices, casework.RegimeControl}
	for i, now := range moments(45) {
		h.setNow(now)
		regime := order[i%len(order)]
		id := r.beginAs(regime)
		day := casework.DateOf(now, moscow).AddDays(-2).String()
		for _, s := range ways[regime] {
			for j, x := range s {
				if x == "18.11.2026" || x == "2026-11-18" {
					s = append([]string{}, s...)
					s[j] = day
				}
			}
			r.walk(id, s)
		}
		page := r.get("/file/" + id + "/check").Body
		shown := datesField.FindStringSubmatch(page)[1]
		a := r.post("/file/"+id+"/submit", "dates", shown)
		c, err := h.store.Get(t.Context(), strings.TrimPrefix(a.Location, "/file/done/"))
		must(t, err)
		if datesOf(&c).String() != shown {
			t.Fatalf("%s %s: shown %s, stored %s", regime, now, shown, datesOf(&c))
		}
		if letter := h.portal.letterDate(&c); !letter.IsZero() && !strings.Contains(page, templates.FormatDate("ru", letter.Time(time.UTC))) {
			t.Errorf("%s: the letter's day %s is not shown", regime, letter)
		}
		// The link of the check page calculates the very same day.
		at := strings.Index(page, `href="/calculator?`)
		link := strings.ReplaceAll(page[at+6:at+6+strings.IndexByte(page[at+6:], '"')], "&amp;", "&")
		var got calculation
		must(t, json.Unmarshal([]byte(r.get(strings.Replace(link, "/calculator", "/calculator.json", 1)).Body), &got))
		if got.Reckoning.Due != datesOf(&c).Register {
			t.Errorf("%s: the calculator says %s, the case %s", regime, got.Reckoning.Due, datesOf(&c).Register)
		}
	}
}

func TestTheCalculatorAnswersLikeTheEngine(t *testing.T) {
	h := openHouse(t)
	cal, err := h.office.Laws().Calendar(casework.FederalCalendar)
	must(t, err)
	for regime, slug := range slugs {
		law, err := h.portal.law(regime)
		must(t, err)
		for kind, rule := range law.Terms {
			q := url.Values{"term": {slug + ":" + string(kind)}, "start": {"18.11.2026"}, "pause_from": {"2026-11-20"}, "pause_to": {"2026-11-24"}}
			want, err := casework.Reckon(rule, casework.NewDate(2026, 11, 18), cal, casework.Span{From: casework.NewDate(2026, 11, 20), To: casework.NewDate(2026, 11, 24)})
			must(t, err)
			a := h.reader("", "ru").get("/calculator.json?" + q.Encode())
			var got calculation
			must(t, json.Unmarshal([]byte(a.Body), &got))
			if a.Status != 200 || got.Reckoning.Due != want.Due || len(got.Reckoning.Steps) != len(want.Steps) {
				t.Errorf("%s %s: %s, want %s", regime, kind, got.Reckoning.Due, want.Due)
			}
			for _, lang := range []string{"ru", "en"} {
				page := h.reader("", lang).get("/calculator?" + q.Encode())
				check(t, string(regime)+" "+string(kind), page)
				if !strings.Contains(page.Body, templates.FormatDate(lang, want.Due.Time(time.UTC))) {
					t.Errorf("%s %s %s: the date is not on the page", lang, regime, kind)
				}
			}
		}
	}
}

func TestTheCalculatorSaysItsMistakesAtTheFields(t *testing.T) {
	h := openHouse(t)
	for _, x := range []struct{ query, field, want string }{
		{"term=&start=", "term", "Выберите срок"},
		{"term=appeal:nothing&start=18.11.2026", "term", "Выберите срок"},
		{"term=nobody:consider&start=18.11.2026", "term", "Выберите срок"},
		{"term=appeal:consider&start=", "start", "Укажите день"},
		{"term=appeal:consider&start=31.02.2026", "start", "Напишите дату так"},
		{"term=appeal:consider&start=18.11.2016", "start", "2016"},
		{"term=appeal:consider&start=18.11.2090", "start", "2090"},
		{"term=appeal:consider&start=18.11.2026&pause_from=20.11.2026", "pause_to", "и начало, и конец"},
		{"term=appeal:consider&start=18.11.2026&pause_from=22.11.2026&pause_to=20.11.2026", "pause_to", "раньше начала"},
		{"term=appeal:consider&start=18.11.2026&pause_from=10.11.2026&pause_to=20.11.2026", "pause_from", "раньше, чем пошёл"},
		{"term=appeal:consider&start=18.11.2026&pause_from=20.11.2026&pause_to=20.11.2029", "pause_to", "длиннее года"},
		{"term=" + url.QueryEscape(`"><script>alert(1)</script>`) + "&start=" + url.QueryEscape("<b>'"), "term", "Выберите срок"},
	} {
		a := h.reader("", "ru").get("/calculator?" + x.query)
		check(t, x.query, a)
		if a.Status != 422 || !strings.Contains(a.Body, x.want) || !strings.Contains(a.Body, "f-"+x.field+"-error") || strings.Contains(a.Body, "<script>alert") {
			t.Errorf("%s: status %d", x.query, a.Status)
		}
		j := h.reader("", "ru").get("/calculator.json?" + x.query)
		if j.Status != 422 || !strings.Contains(j.Body, fmt.Sprintf("%q", x.field)) {
			t.Errorf("%s as JSON: status %d %s", x.query, j.Status, j.Body)
		}
	}
}
