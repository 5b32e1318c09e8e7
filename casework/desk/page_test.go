package desk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"priemnaya/casework"
)

// changing are the parts of a page that differ with every request.
var changing = regexp.MustCompile(`nonce="[^"]*"|name="_csrf" value="[^"]*"|[0-9a-f]{16}`)

func TestAForeignCaseIsTheSameAsAMissingOne(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	missing := strings.Repeat("2", len(c.ID))
	same := func(r reply, id string) string {
		return changing.ReplaceAllString(strings.ReplaceAll(r.body, id, "ID"), "")
	}
	for _, below := range []string{"", "/file/f1", "/term/t1", "/route", "/forward", "/draft", "/sign", "/answer"} {
		f, m := b.get(t, foreigner, "/desk/case/"+c.ID+below), b.get(t, foreigner, "/desk/case/"+missing+below)
		if f.status != 404 || m.status != 404 || same(f, c.ID) != same(m, missing) {
			t.Errorf("%q: %d and %d, or the pages differ", below, f.status, m.status)
		}
	}
	for _, act := range acts {
		fields := append([]string{"seen", "3"}, act.fields...)
		f := b.submit(t, foreigner, b.blank(t, foreigner, "/desk/case/"+c.ID+act.below), fields...)
		m := b.submit(t, foreigner, b.blank(t, foreigner, "/desk/case/"+missing+act.below), fields...)
		if f.status != 404 || m.status != 404 || same(f, c.ID) != same(m, missing) {
			t.Errorf("POST %s: %d and %d, or the pages differ", act.below, f.status, m.status)
		}
	}
}

func TestOnlyStaffComeInAndEachReadIsWrittenDown(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	for who, want := range map[string]int{"": 401, "citizen": 403, operator.ID: 403, supervisor.ID: 200} {
		if got := b.get(t, casework.Actor{ID: who}, path(c, "")); got.status != want {
			t.Errorf("%q: status %d, want %d", who, got.status, want)
		}
	}
	var purposes []string
	for _, r := range b.store.records {
		if r.Kind == casework.KindAccess && r.Owner == c.ID {
			var entry struct{ By, Purpose string }
			_ = json.Unmarshal(r.Data, &entry)
			purposes = append(purposes, entry.By+" "+entry.Purpose)
		}
	}
	if !slices.Equal(purposes, []string{supervisor.ID + " desk"}) {
		t.Errorf("journal of reads: %v", purposes)
	}
}

func TestContactsAreShownToThoseWhoActOnTheCase(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	for _, by := range []casework.Actor{registrar, officer, head, second, supervisor} {
		shown := strings.Contains(b.get(t, by, path(c, "")).body, "m@example.ru")
		if want := by.ID != second.ID && by.ID != supervisor.ID; shown != want {
			t.Errorf("%s: contacts shown is %v", by.ID, shown)
		}
	}
}

func TestThePanelOffersWhatOfficeAllows(t *testing.T) {
	ends := map[casework.ActKind]string{casework.ActRegister: "/register", casework.ActAssign: "/assign", casework.ActSubmit: "/submit", casework.ActSendBack: "/send-back"}
	b := newBench(t)
	for _, stage := range []casework.Stage{casework.StageHeld, casework.StageRouted, casework.StageRegistered, casework.StageInWork, casework.StageOnSigning, casework.StageSigned, casework.StageAnswered} {
		c := b.at(t, stage)
		for _, by := range []casework.Actor{registrar, officer, head, supervisor, central} {
			if !by.MayRead(&c) {
				continue
			}
			body, allowed := b.get(t, by, path(c, "")).body, b.Acts(&c, by)
			for kind, end := range ends {
				if shown := strings.Contains(body, `action="`+path(c, end)+`"`); shown != slices.Contains(allowed, kind) {
					t.Errorf("%s at %s: %s shown is %v", by.ID, stage, kind, shown)
				}
			}
		}
	}
}

func TestThreeHundredCasesComeOnceEachOnSmallPagesAndBack(t *testing.T) {
	b := newBench(t)
	for range 300 {
		b.at(t, casework.StageRouted)
	}
	link := regexp.MustCompile(`/desk/case/([A-Z0-9]{26})"`)
	seen, pages, at := map[string]bool{}, 0, "/desk?tab=registration"
	for at != "" {
		r := b.get(t, registrar, at)
		if len(r.body) > 100<<10 {
			t.Errorf("page %d has %d bytes", pages, len(r.body))
		}
		for _, m := range link.FindAllStringSubmatch(r.body, -1) {
			if seen[m[1]] {
				t.Errorf("case %s comes twice", m[1])
			}
			seen[m[1]] = true
		}
		pages++
		at = rel(t, r, "next")
	}
	if len(seen) != 300 || pages != 6 {
		t.Fatalf("%d cases on %d pages", len(seen), pages)
	}
	at = "/desk?tab=registration"
	for range 5 {
		at = rel(t, b.get(t, registrar, at), "next")
	}
	back := 0
	for ; at != ""; back++ {
		at = rel(t, b.get(t, registrar, at), "prev")
	}
	if back != 6 {
		t.Errorf("the way back has %d pages", back)
	}
}

// rel is the address of the pager's link.
func rel(t testing.TB, r reply, name string) string {
	doc, err := html.Parse(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data == "a" && attr(n, "rel") == name {
			return attr(n, "href")
		}
	}
	return ""
}

func TestTheQueueFiltersSortsAndCounts(t *testing.T) {
	b := newBench(t)
	late := b.at(t, casework.StageRouted)
	b.now = b.now.Add(100 * time.Hour)
	fresh := b.at(t, casework.StageRouted)
	b.at(t, casework.StageInWork)
	body := b.get(t, registrar, "/desk?tab=registration").body
	if i, j := strings.Index(body, late.ID), strings.Index(body, fresh.ID); i < 0 || j < 0 || i > j {
		t.Error("the case that is due first is not the first")
	}
	if !strings.Contains(body, "просрочено на 1 день") || !strings.Contains(body, `tab-count num">2<`) {
		t.Error("no word for an overdue term, or a wrong count")
	}
	cases := []struct {
		name, query string
		rows        int
	}{
		{"body by words", "tab=open&body=дорожного", 3},
		{"another body", "tab=open&body=water", 0},
		{"officer", "tab=open&officer=" + officer.ID, 1},
		{"topic", "tab=open&topic=0003", 3}, {"no such topic", "tab=open&topic=9", 0},
		{"territory", "tab=open&territory=99701", 3}, {"channel", "tab=open&channel=paper", 0},
		{"period", "tab=registration&from=2026-11-16&to=2026-11-16", 1},
		{"text", "tab=open&q=асфальт", 3}, {"no such text", "tab=open&q=слон", 0},
		{"mine", "tab=mine", 0}, {"nonsense tab", "tab=zzz", 2},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			values, _ := url.ParseQuery(tt.query)
			r := b.get(t, registrar, "/desk?"+values.Encode())
			if got := strings.Count(r.body, `class="q-summary"`); r.status != 200 || got != tt.rows {
				t.Errorf("status %d, %d rows, want %d", r.status, got, tt.rows)
			}
			if tt.rows == 0 && !strings.Contains(r.body, `class="empty"`) {
				t.Error("no word for nothing")
			}
		})
	}
	if r := b.get(t, registrar, "/desk?from=32.13.2026"); r.status != 422 || !strings.Contains(r.body, `id="f-from-error"`) {
		t.Errorf("a date that is none: status %d", r.status)
	}
	if r := b.get(t, registrar, "/desk?tab=open&after=garbage"); r.status != 303 {
		t.Errorf("a place that is none: status %d", r.status)
	}
}

func TestEachSeesHisOwnCasesOnly(t *testing.T) {
	b := newBench(t)
	b.at(t, casework.StageHeld)
	b.at(t, casework.StageInWork)
	for _, tt := range []struct {
		by   casework.Actor
		tab  string
		rows int
	}{{officer, "mine", 1}, {second, "mine", 0}, {second, "unit", 1}, {foreigner, "open", 0}, {unitMan, "open", 0},
		{central, "held", 1}, {central, "open", 2}, {head, "open", 1}} {
		r := b.get(t, tt.by, "/desk?tab="+tt.tab)
		if got := strings.Count(r.body, `class="q-summary"`); got != tt.rows {
			t.Errorf("%s in %s: %d rows, want %d", tt.by.ID, tt.tab, got, tt.rows)
		}
	}
	if strings.Contains(b.get(t, registrar, "/desk").body, "tab=held") {
		t.Error("a registrar of one body is offered cases that no body has")
	}
}

func TestSearchFindsByNumberReceiptAndWords(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRegistered)
	search := func(by casework.Actor, words string) reply {
		return b.get(t, by, "/desk/search?q="+url.QueryEscape(words))
	}
	for _, words := range []string{c.Number, strings.ToLower(c.Number), c.Receipt, "№ " + c.Number} {
		if r := search(registrar, words); r.status != 303 || !strings.HasSuffix(r.header.Get("Location"), c.ID) {
			t.Errorf("%q: status %d", words, r.status)
		}
	}
	if r := search(registrar, "провалился асфальт"); !strings.Contains(r.body, c.ID) {
		t.Error("words do not find the case")
	}
	for _, words := range []string{c.Number, "провалился асфальт", "нет такого"} {
		if r := search(foreigner, words); r.status != 200 || strings.Contains(r.body, c.ID) {
			t.Errorf("a stranger searching %q: status %d, or the case is shown", words, r.status)
		}
	}
}

func TestATermIsExplainedDayByDay(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRegistered)
	term, _ := c.Term(casework.TermConsider)
	r := b.get(t, registrar, path(c, "/term/"+term.ID))
	if r.status != 200 || strings.Count(r.body, "<tr") < 30 || !strings.Contains(r.body, "16 декабря 2026 года") || !strings.Contains(r.body, "ст. 12 ч. 1") {
		t.Errorf("status %d, %d rows", r.status, strings.Count(r.body, "<tr"))
	}
	if r := b.get(t, registrar, path(c, "/term/t99")); r.status != 404 {
		t.Errorf("a term that is none: %d", r.status)
	}
}

func TestAFileIsADownloadAndNothingElse(t *testing.T) {
	b := newBench(t)
	f, _ := b.files.Put(t.Context(), "<b>акт</b>.html", strings.NewReader("<script>alert(1)</script>"))
	c := b.file(t, func(a *casework.Filing) { a.Files = []casework.File{f} })
	b.do(t, casework.SystemActor(), c.ID, casework.Routing{Body: "roads"})
	r := b.get(t, registrar, path(c, "/file/"+f.ID))
	if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") ||
		r.header.Get("X-Content-Type-Options") != "nosniff" || r.body != "<script>alert(1)</script>" {
		t.Errorf("status %d, headers %v", r.status, r.header)
	}
	if r := b.get(t, registrar, path(c, "/file/f00")); r.status != 404 {
		t.Errorf("a file that is none: %d", r.status)
	}
}

// everyPage walks over all pages with a form or a list.
func everyPage(t *testing.T, b *bench, visit func(name string, r reply), lang string) {
	get := func(name string, by casework.Actor, path string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Language", lang)
		visit(name, b.send(t, by, r))
	}
	for _, tab := range []string{"held", "registration", "registered", "mine", "unit", "signing", "signed", "open", "answered"} {
		get("queue "+tab, central, "/desk?tab="+tab)
	}
	get("search", registrar, "/desk/search")
	get("search none", registrar, "/desk/search?q=xyzzy")
	get("held", central, path(b.at(t, casework.StageHeld), ""))
	get("routed", registrar, path(b.at(t, casework.StageRouted), ""))
	c := b.at(t, casework.StageRegistered)
	get("registered", head, path(c, ""))
	get("forward", registrar, path(c, "/forward"))
	get("term", registrar, path(c, "/term/t1"))
	c = b.at(t, casework.StageInWork)
	get("in work", officer, path(c, ""))
	get("editor", officer, path(c, "/draft"))
	c = b.at(t, casework.StageOnSigning)
	get("on signing", head, path(c, ""))
	get("sign", head, path(c, "/sign"))
	c = b.at(t, casework.StageSigned)
	get("answer", head, path(c, "/answer"))
	get("answered", supervisor, path(b.at(t, casework.StageAnswered), ""))
}

func TestEveryPageSpeaksBothLanguagesAndLabelsItsFields(t *testing.T) {
	b := newBench(t)
	missing := regexp.MustCompile(`\[[a-z_]+(\.[a-z0-9_]+)+\]`)
	for _, lang := range []string{"ru", "en"} {
		everyPage(t, b, func(name string, r reply) {
			if r.status != 200 {
				t.Errorf("%s in %s: status %d", name, lang, r.status)
			}
			if m := missing.FindString(r.body); m != "" {
				t.Errorf("%s in %s: the text %s is missing", name, lang, m)
			}
			if !strings.Contains(r.body, `<html lang="`+lang) || strings.Count(r.body, "<h1") != 1 {
				t.Errorf("%s in %s: wrong language or not one h1", name, lang)
			}
			for _, problem := range labels(t, r) {
				t.Errorf("%s in %s: %s", name, lang, problem)
			}
		}, lang)
	}
}

// labels finds fields without a label and IDs that are there twice.
func labels(t *testing.T, r reply) (problems []string) {
	doc, err := html.Parse(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	ids, labelled := map[string]int{}, map[string]bool{}
	var fields []*html.Node
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			if ids[id]++; ids[id] == 2 {
				problems = append(problems, "two elements with the ID "+id)
			}
		}
		switch n.Data {
		case "label":
			labelled[attr(n, "for")] = true
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" {
				fields = append(fields, n)
			}
		}
		if has(n, "style") || has(n, "onclick") {
			problems = append(problems, "inline style or script in "+n.Data)
		}
	}
	for _, n := range fields {
		if !labelled[attr(n, "id")] {
			problems = append(problems, "no label for "+attr(n, "name"))
		}
	}
	return problems
}

// hostile are texts that break careless pages; the files of the shared data
// add many more where they are at hand.
func hostile(t *testing.T) []string {
	list := []string{`"><script>alert(1)</script>`, "{{.Secret}}", "температура < 18 °C & > 0", "' OR 1=1 --", "javascript:alert(1)", "\u202Egnp.exe", "a\u0000b",
		strings.Repeat("Ж", 60), "</textarea><b>", "%s%d%n", "\r\nSet-Cookie: a=b", "🏳️‍🌈", "../../etc/passwd"}
	dir, _ := os.Getwd()
	for ; dir != "/"; dir = filepath.Dir(dir) {
		raw, err := os.ReadFile(filepath.Join(dir, "shared", "data", "hostile", "naughty-strings.json"))
		var more []string
		if err == nil && json.Unmarshal(raw, &more) == nil {
			return append(list, more...)
		}
	}
	t.Log("shared/data/hostile is not beside the repository: own strings only")
	return list
}

func TestHostileTextsStayTextsInEveryField(t *testing.T) {
	b := newBench(t)
	work, signing, registered := b.at(t, casework.StageInWork), b.at(t, casework.StageOnSigning), b.at(t, casework.StageRegistered)
	fields := []struct {
		c     casework.Case
		by    casework.Actor
		below string
		name  string
	}{{work, officer, "/draft", "text"}, {signing, head, "/send-back", "remarks"}, {registered, registrar, "/forward", "why"}, {registered, registrar, "/forward", "find"}}
	for i, s := range hostile(t) {
		for _, f := range fields {
			// A stale form: the text comes back on the page of the conflict.
			r := b.submit(t, f.by, b.blank(t, f.by, path(f.c, f.below)), "seen", "1", "body", "water", f.name, s, "revision", "0")
			check(t, r, i, f.name)
		}
		check(t, b.get(t, registrar, "/desk?tab=open&q="+url.QueryEscape(s)+"&body="+url.QueryEscape(s)), i, "filter")
		check(t, b.get(t, registrar, "/desk/search?q="+url.QueryEscape(s)), i, "search")
	}
}

func check(t *testing.T, r reply, i int, where string) {
	t.Helper()
	if r.status >= 500 {
		t.Errorf("string %d in %s: status %d", i, where, r.status)
	}
	doc, err := html.Parse(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data == "script" && n.Type == html.ElementNode && !strings.HasPrefix(attr(n, "src"), "/static/") ||
			n.Data == "img" || n.Data == "iframe" || strings.HasPrefix(attr(n, "href"), "javascript:") {
			t.Errorf("string %d in %s became an element %s", i, where, n.Data)
		}
	}
}

func TestAHostileAppealIsShownAsTyped(t *testing.T) {
	b := newBench(t)
	text := "<b>Жалоба</b> & \"кавычки\" температура < 18 °C\n\nвторой абзац </div><script>x</script>"
	c := b.file(t, func(f *casework.Filing) {
		f.Text, f.Applicant.Name.Surname = text, strings.Repeat("Ю", 60)
		f.Address = `"><img src=x>`
	})
	b.do(t, casework.SystemActor(), c.ID, casework.Routing{Body: "roads"})
	r := b.get(t, registrar, path(c, ""))
	check(t, r, 0, "case")
	doc, _ := html.Parse(strings.NewReader(r.body))
	for n := range doc.Descendants() {
		if attr(n, "class") == "as-typed" && n.FirstChild != nil {
			if n.FirstChild.Data != text {
				t.Errorf("shown as %q", n.FirstChild.Data)
			}
			return
		}
	}
	t.Error("the text is not there")
}

func TestAFormOfAnotherSiteIsRefusedAndAnOldOneGivesItsTextBack(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageOnSigning)
	f := b.get(t, head, path(c, "")).formTo(t, "/send-back")
	f.values.Set("remarks", "Мои замечания")
	f.values.Set("_csrf", "old")
	if r := b.submit(t, head, f); r.status != 403 || b.load(t, c.ID).Stage != casework.StageOnSigning {
		t.Errorf("status %d", r.status)
	}
}
