package portal

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"priemnaya/casework"
)

// check looks at a page as a strict reader would: whole tags, a label for each
// field, ids used once, one h1, texts in place, under 100 KB.
func check(t *testing.T, name string, a answer) {
	t.Helper()
	if len(a.Body) > 100<<10 {
		t.Errorf("%s: %d bytes, more than 100 KB", name, len(a.Body))
	}
	for _, bad := range []string{"<no value>", "ZgotmplZ", "%!"} {
		if strings.Contains(a.Body, bad) {
			t.Errorf("%s: the page holds %q", name, bad)
		}
	}
	if m := missingText.FindString(a.Body); m != "" {
		t.Errorf("%s: a text is missing: %s", name, m)
	}
	for _, fault := range faultsOf(a.Body) {
		t.Errorf("%s: %s", name, fault)
	}
}

var missingText = regexp.MustCompile(`\[(portal|casework|stage|filing|route|term|file|track|outcome|calendar|weekday)\.[a-zA-Z_.]+\]`)

var voidTags = []string{"meta", "link", "input", "br", "hr", "img"}

// faultsOf lists what is wrong with the markup.
func faultsOf(page string) []string {
	var faults, open []string
	ids, labelled, fields, headings := map[string]bool{}, map[string]bool{}, []string{}, 0
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				faults = append(faults, z.Err().Error())
			}
			break
		}
		token := z.Token()
		attr := map[string]string{}
		for _, x := range token.Attr {
			attr[x.Key] = x.Val
		}
		switch kind {
		case html.StartTagToken:
			if id := attr["id"]; id != "" && ids[id] {
				faults = append(faults, "id used twice: "+id)
			}
			ids[attr["id"]] = true
			if token.Data == "h1" {
				headings++
			}
			if token.Data == "form" && slices.Contains(open, "form") {
				faults = append(faults, "a form within a form")
			}
			if f := attr["for"]; f != "" {
				labelled[f] = true
			}
			if slices.Contains([]string{"input", "select", "textarea"}, token.Data) && attr["type"] != "hidden" {
				fields = append(fields, attr["id"])
			}
			if !slices.Contains(voidTags, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return append(faults, fmt.Sprintf("</%s> closes %v", token.Data, open))
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		faults = append(faults, fmt.Sprintf("not closed: %v", open))
	}
	if headings != 1 {
		faults = append(faults, fmt.Sprintf("%d headings of the first level", headings))
	}
	for _, f := range fields {
		if !labelled[f] {
			faults = append(faults, "a field without a label: "+f)
		}
	}
	return faults
}

func TestEveryPageIsWholeInBothLanguages(t *testing.T) {
	h := openHouse(t)
	anna := h.reader("anna", "ru")
	fresh := anna.file("Во дворе нет света.", "decide")
	answered := anna.file("Температура < 18 °C в квартире & \"холодно\".", "housing")
	h.files.blobs["0f"] = []byte("x")
	c := h.reply(answered, "Мы проверили. Температура < 18 °C, трубы заменят.", casework.File{ID: "0f", Name: "Акт.pdf", WorkSize: 1})
	draft := anna.begin()
	anna.post("/file/"+draft+"/about", "words", "яма", "address", "Мира, 1")
	pages := []struct {
		who, path string
		status    int
	}{
		{"", "/", 200}, {"", "/help", 200}, {"", "/accessibility", 200}, {"", "/privacy", 200}, {"", "/procedure", 200}, {"", "/track", 200},
		{"anna", "/", 200}, {"anna", "/file", 200}, {"boris", "/file", 200}, {"anna", "/my", 200}, {"boris", "/my", 200},
		{"anna", "/file/" + draft + "/about", 200}, {"anna", "/file/" + draft + "/about?back=check", 200},
		{"anna", "/file/" + draft + "/topic", 200}, {"anna", "/file/" + draft + "/topic?in=0003.0009.0097.0000&back=check", 200},
		{"anna", "/file/" + draft + "/to", 200}, {"anna", "/file/" + draft + "/to?q=комитет", 200}, {"anna", "/file/" + draft + "/to?q=нетникого", 200},
		{"anna", "/file/" + draft + "/text", 200}, {"anna", "/file/" + draft + "/contact", 200},
		{"anna", "/file/" + draft + "/check", 422}, {"anna", "/file/" + draft + "/drop", 200},
		{"anna", "/file/done/" + fresh, 200}, {"anna", "/receipt/" + fresh, 200}, {"anna", "/receipt/" + answered, 200},
		{"anna", "/case/" + fresh, 200}, {"anna", "/case/" + answered, 200},
		{"anna", "/case/" + c.ID + "/term/" + c.Terms[0].ID, 200}, {"anna", "/case/" + c.ID + "/term/" + c.Terms[len(c.Terms)-1].ID, 200},
	}
	for _, lang := range []string{"ru", "en"} {
		for _, p := range pages {
			a := h.reader(p.who, lang).get(p.path)
			name := fmt.Sprintf("%s %s as %q", lang, p.path, p.who)
			if a.Status != p.status {
				t.Errorf("%s: status %d, want %d", name, a.Status, p.status)
			}
			check(t, name, a)
		}
	}
}

func TestTermsOnTheFirstPageComeFromTheRegulation(t *testing.T) {
	h := openHouse(t)
	body := h.reader("", "ru").get("/").Body
	if !strings.Contains(body, "до 3 дней") || !strings.Contains(body, "до 30 дней") {
		t.Fatal("the first page does not name the terms of the law")
	}
	laws := *h.office.Laws()
	laws.Regulations = slices.Clone(laws.Regulations)
	for i, r := range laws.Regulations {
		terms := map[casework.TermKind]casework.TermRule{}
		for k, v := range r.Terms {
			terms[k] = v
		}
		rule := terms[casework.TermConsider]
		rule.N, rule.Unit = 21, casework.WorkingDays
		terms[casework.TermConsider] = rule
		laws.Regulations[i].Terms = terms
	}
	h2 := openHouseWith(t, &laws)
	if body := h2.reader("", "ru").get("/").Body; !strings.Contains(body, "до 21 рабочего дня") {
		t.Error("a changed regulation does not reach the first page")
	}
}

func TestThreeHundredAppealsPageThroughForthAndBack(t *testing.T) {
	h := openHouse(t)
	ctx, who := t.Context(), boris
	who.Contact = casework.Contact{Cabinet: true}
	for i := range 300 {
		_, err := h.office.File(ctx, casework.Citizen(who), casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb,
			Applicant: who, Lang: "ru", Text: fmt.Sprintf("Обращение номер %d", i), Key: fmt.Sprintf("%032d", i)})
		must(t, err)
	}
	r, seen, path, previous := h.reader("boris", "ru"), map[string]bool{}, "/my", []string{}
	for pages := 0; ; pages++ {
		a := r.get(path)
		check(t, path, a)
		for _, m := range caseLink.FindAllStringSubmatch(a.Body, -1) {
			if seen[m[1]] {
				t.Fatalf("case %s stands on two pages", m[1])
			}
			seen[m[1]] = true
		}
		if back := pagerLink(a.Body, "prev"); pages > 0 && back != previous[len(previous)-1] {
			t.Fatalf("page %d leads back to %q, not to %q", pages, back, previous[len(previous)-1])
		}
		next := pagerLink(a.Body, "next")
		if next == "" {
			break
		}
		previous = append(previous, path)
		path = next
	}
	if len(seen) != 300 || len(previous) != 14 {
		t.Errorf("%d cases on %d pages, want 300 on 15", len(seen), len(previous)+1)
	}
}

var caseLink = regexp.MustCompile(`<a href="/case/([A-Z0-9]+)">`)

func pagerLink(page, rel string) string {
	m := regexp.MustCompile(`rel="` + rel + `" href="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}
