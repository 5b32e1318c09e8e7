package main

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/templates"
)

// Where each role begins to walk; the rest is found by links.
var englishDoors = map[string][]string{
	"anonymous":     {"/", "/help", "/track", "/calculator", "/verify", "/statistics", "/login", "/staff/login", "/no-such-page"},
	"citizen":       {"/file", "/my", "/reception"},
	"registrar":     {"/desk", "/counter", "/desk/warnings"},
	"officer":       {"/desk", "/desk/absence"},
	"head":          {"/desk", "/desk/absences", "/desk/quality"},
	"supervisor":    {"/desk/board", "/desk/reports", "/desk/readers"},
	"administrator": {"/desk/admin", "/desk/absences", "/desk/law/edit?file=calendar/ru-2027.csv"},
	"operator":      {"/counter"},
}

var (
	hidden      = regexp.MustCompile(`(?s)<(script|style|textarea|svg)\b.*?</(script|style|textarea|svg)>`)
	betweenTags = regexp.MustCompile(`>([^<>]+)<`)
	hrefs       = regexp.MustCompile(`href="(/[^"#]*)`)
	elsewhere   = regexp.MustCompile(`lang=|type=|contrast=|logout|/dev/|\.(csv|xlsx|json|pdf|atom|css|js|svg|txt|html|ico|png)\b|/file/f|/text$|/static/|/assets/`)
	numbers     = regexp.MustCompile(`[0-9A-HJ-NP-Z]{20,}|[0-9a-f]{12,}|[0-9]{2,}`)
	normRu      = regexp.MustCompile(`(^|[ (])(ст|ч|п)\. ?[0-9]`)
	dateRu      = regexp.MustCompile(`[0-9]{2}\.[0-9]{2}\.20[0-9]{2}|[0-9] (января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)`)
	cyrillic    = regexp.MustCompile(`\p{Cyrillic}`)
	latin       = regexp.MustCompile(`[A-Za-z]{3}`)
	textID      = regexp.MustCompile(`^\[?([a-z]+(?:_[a-z]+)*)(\.[a-z0-9_@]+)+\]?( — .*)?$`)
)

// englishEar hears what a page in English must not say.
type englishEar struct {
	// russian are our texts in Russian that are others in English, roots the
	// first words of the ids of texts.
	russian, roots map[string]bool
}

func newEnglishEar(t *testing.T) englishEar {
	set, err := templates.Load(templates.Options{})
	must(t, err)
	ear := englishEar{map[string]bool{}, map[string]bool{}}
	for _, key := range set.Keys("ru") {
		root, _, _ := strings.Cut(key, ".")
		ear.roots[root] = true
		text := set.T("ru", key, map[string]any{"Count": 2})
		if cyrillic.MatchString(text) && text != set.T("en", key, map[string]any{"Count": 2}) && !strings.Contains(text, "<no value>") {
			ear.russian[strings.TrimSpace(text)] = true
		}
	}
	return ear
}

// faults are what is wrong with a text on a page in English.
func (e englishEar) faults(text string) string {
	switch id := textID.FindStringSubmatch(text); {
	case id != nil && e.roots[id[1]]:
		return "the id of a text"
	case e.russian[text]:
		return "a text in Russian"
	case normRu.MatchString(text) && (latin.MatchString(text) || len(text) < 30):
		return "a norm in Russian"
	case dateRu.MatchString(text) && latin.MatchString(text) && !cyrillic.MatchString(dateRu.ReplaceAllString(text, "")) && !strings.Contains(text, "example"):
		return "a date in Russian"
	case strings.Contains(text, "<no value>") || strings.Contains(text, "<nil>") || strings.Contains(text, "%!"):
		return "a value that was not filled in"
	}
	return ""
}

// TestPagesInEnglishSpeakEnglish walks the program as every role and listens to
// every page: names, topics and what people wrote stay as they are, but what we
// say ourselves is English and no id of a text is left.
func TestPagesInEnglishSpeakEnglish(t *testing.T) {
	cfg := testConfig(t)
	startApp(t, cfg, 24, time.Now)
	ear := newEnglishEar(t)
	pages := 0
	for _, who := range crawlers(t, cfg) {
		must(t, who.v.Open(cfg.BaseURL+"/accessibility?lang=en"))
		pages += listen(t, cfg, who, ear)
	}
	if pages < 120 {
		t.Errorf("only %d pages were heard: the walk has missed most of them", pages)
	}
}

// listen walks from the doors of a role over links, one page of each kind.
func listen(t *testing.T, cfg Config, who crawler, ear englishEar) int {
	t.Helper()
	queue, seen, heard := slices.Clone(englishDoors[who.role]), map[string]bool{}, 0
	for len(queue) > 0 && heard < 60 {
		path := queue[0]
		queue = queue[1:]
		if kind := kindOf(path); seen[kind] || elsewhere.MatchString(path) {
			continue
		} else {
			seen[kind] = true
		}
		must(t, who.v.Open(cfg.BaseURL+path))
		if !strings.HasPrefix(who.v.Page.Header.Get("Content-Type"), "text/html") {
			continue
		}
		heard++
		body := string(who.v.Page.Body)
		if !strings.Contains(body, `<html lang="en"`) && who.v.Page.Status/100 != 3 {
			t.Errorf("%s at %s is not in English", who.role, path)
		}
		for _, text := range textsOf(body) {
			if fault := ear.faults(text); fault != "" {
				t.Errorf("%s at %s hears %s: %q", who.role, path, fault, text)
			}
		}
		for _, link := range hrefs.FindAllStringSubmatch(body, -1) {
			queue = append(queue, html.UnescapeString(link[1]))
		}
	}
	return heard
}

// kindOf is an address without what tells two pages of one kind apart.
func kindOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	var names []string
	for name, values := range u.Query() {
		if name == "tab" {
			name += values[0]
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return numbers.ReplaceAllString(u.Path, "*") + "?" + strings.Join(names, "&")
}

// textsOf are the texts between the tags of a page.
func textsOf(body string) []string {
	var out []string
	for _, text := range betweenTags.FindAllStringSubmatch(hidden.ReplaceAllString(body, ""), -1) {
		if line := strings.Join(strings.Fields(html.UnescapeString(text[1])), " "); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func TestTheEarForEnglishHearsWhatIsWrong(t *testing.T) {
	ear := newEnglishEar(t)
	for text, wrong := range map[string]bool{"portal.verify.title — Priemnaya": true, "[desk.admin.title]": true, "ст. 12 ч. 1 · provisional ·": true,
		"Last round 22.11.2026 10:17": true, "Answer by 3 декабря": true, "Подать обращение": true, "Due <no value>": true,
		"Article 12, part 1": false, "Комитет дорог": false, "demo-site.e8750c0c": false, "city-roads": false, "priemnaya.example.ru": false, "2027: Календарь от 02.09.2026 (provisional)": false,
		"Постановление Правительства РФ от 10.08.2023 № 1314": false} {
		if got := ear.faults(text); (got != "") != wrong {
			t.Errorf("%q is heard as %q", text, got)
		}
	}
	if got := textsOf(`<p>Say</p><textarea>not</textarea><b>this &amp; that</b>`); !slices.Equal(got, []string{"Say", "this & that"}) {
		t.Errorf("the texts are %q", got)
	}
}
