package templates

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func render(t testing.TB, set *Set, name string, page Page) string {
	t.Helper()
	if page.Now.IsZero() {
		page.Now = noon
	}
	var out bytes.Buffer
	if err := set.Page(&out, name, page); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAPageSeesItsRequestEverywhere(t *testing.T) {
	set, err := loadWith(t, "html/pages/test/a.html",
		`{{range .Data}}<form>{{csrf}}</form><i>{{.}}</i>{{day "2026-12-18"}}{{end}}`)
	if err != nil {
		t.Fatal(err)
	}
	got := render(t, set, "test/a", Page{Lang: "en", CSRF: `t"k`, Nonce: "n0nce", Title: "A & B", Path: "/track?x=1",
		Data: []string{"<script>alert(1)</script>"}})
	for _, want := range []string{
		`<html lang="en"`, `nonce="n0nce"`, `name="_csrf" value="t&#34;k"`, `18 December`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`, `<title>A &amp; B — Priemnaya</title>`,
		`href="?lang=ru&amp;x=1"`, `<a href="/track" aria-current="page">`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(got, "<script>alert") {
		t.Error("what a citizen typed became markup")
	}
}

func TestAFailingPageWritesNothing(t *testing.T) {
	set, err := loadWith(t, "html/pages/test/a.html", `<p>begin</p>{{.Data.Missing.Field}}`)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := set.Page(&out, "test/a", Page{Data: struct{}{}}); err == nil {
		t.Error("a missing field was not reported")
	}
	if out.Len() != 0 {
		t.Errorf("half a page was written: %q", out.String())
	}
	if err := set.Page(&out, "test/none", Page{}); err == nil {
		t.Error("a page that does not exist was rendered")
	}
}

func TestPagesOfManyReadersDoNotMix(t *testing.T) {
	set, err := loadWith(t, "html/pages/test/a.html", `{{csrf}}|{{.Data}}|{{t "layout.name"}}`)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for reader := range 64 {
		wait.Go(func() {
			lang := Languages[reader%2]
			token := fmt.Sprintf("token-%d", reader)
			for range 5 {
				var out bytes.Buffer
				if err := set.Page(&out, "test/a", Page{Lang: lang, CSRF: token, Data: reader, Now: noon}); err != nil {
					t.Error(err)
					return
				}
				want := fmt.Sprintf(`value="%s">|%d|%s`, token, reader, set.T(lang, "layout.name", nil))
				if !strings.Contains(out.String(), want) {
					t.Errorf("reader %d got another reader's page", reader)
				}
			}
		})
	}
	wait.Wait()
}

func TestAMailHasSubjectTextAndHTML(t *testing.T) {
	set, err := loadWith(t,
		"mail/test.txt", "{{define \"subject\"}}Номер {{.Data.Number}}\r\nBcc: x@example.org{{end}}\n\nЗдравствуйте, {{.Data.Name}}!  \n\n",
		"mail/test.html", "<p>Здравствуйте, {{.Data.Name}}!</p>",
		"bot/test.txt", "{{tn \"component.term_left\" 5}}\n")
	if err != nil {
		t.Fatal(err)
	}
	letter, err := set.Mail("test", "ru", struct{ Number, Name string }{"ОГ-1", "<Ян>"})
	if err != nil {
		t.Fatal(err)
	}
	if letter.Subject != "Номер ОГ-1 Bcc: x@example.org" {
		t.Errorf("the subject must be one line: %q", letter.Subject)
	}
	if letter.Text != "Здравствуйте, <Ян>!\n" {
		t.Errorf("text: %q", letter.Text)
	}
	if !strings.Contains(letter.HTML, "<p>Здравствуйте, &lt;Ян&gt;!</p>") || !strings.Contains(letter.HTML, "<title>Номер ОГ-1") {
		t.Errorf("html: %s", letter.HTML)
	}
	text, err := set.Text("bot/test", "en", nil)
	if err != nil || text != "5 days left\n" {
		t.Errorf("text %q, %v", text, err)
	}
	if _, err := set.Mail("none", "ru", nil); err == nil {
		t.Error("a mail that does not exist was rendered")
	}
}

func TestTheHeaderShowsOnlyWhatTheRoleMaySee(t *testing.T) {
	set, err := Load(Options{DeskNav: []NavItem{
		{Key: "layout.nav.queue", Href: "/desk"},
		{Key: "layout.nav.search", Href: "/desk/search", Also: []string{"/desk/views"}, Roles: []string{"registrar"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	officer := render(t, set, "web/csrf", Page{Layout: "desk", Path: "/desk/cases/1", User: &User{Name: "А", Roles: []string{"officer"}}})
	if strings.Contains(officer, "/desk/search") || !strings.Contains(officer, `<a href="/desk" aria-current="page">`) {
		t.Error("the officer's header is wrong")
	}
	views := render(t, set, "web/csrf", Page{Layout: "desk", Path: "/desk/views", User: &User{Name: "Б", Roles: []string{"registrar"}}})
	if !strings.Contains(views, `<a href="/desk/search" aria-current="page">`) {
		t.Error("a page that belongs to an item is shown under another")
	}
	registrar := render(t, set, "web/csrf", Page{Layout: "desk", Path: "/desk/search?q=x", User: &User{Name: "Б", Roles: []string{"registrar"}}})
	if !strings.Contains(registrar, `<a href="/desk/search" aria-current="page">`) || strings.Contains(registrar, `<a href="/desk" aria-current`) {
		t.Error("the longest address must be the current one")
	}
	if nobody := render(t, set, "web/csrf", Page{Layout: "desk", Path: "/desk"}); strings.Contains(nobody, "/desk/search") {
		t.Error("a stranger sees the desk's links")
	}
}

func TestAStaticFileIsFoundByItsHashAndIsOneStylesheet(t *testing.T) {
	set := load(t)
	asset := set.assets["app.css"]
	if found, immutable, ok := set.Static(asset.URL); !ok || !immutable || found != asset {
		t.Errorf("hashed address %s is not served", asset.URL)
	}
	if _, immutable, ok := set.Static("/static/app.css"); !ok || immutable {
		t.Error("the plain name must be served, but not for ever")
	}
	if _, _, ok := set.Static("/static/app.000000000000.css"); ok {
		t.Error("an old hash is served")
	}
	if len(asset.Gzip) == 0 || len(asset.Gzip) > 16<<10 {
		t.Errorf("the stylesheet is %d bytes packed, want 1 to 16384", len(asset.Gzip))
	}
	for _, part := range []string{"--focus: #ffb300", "prefers-color-scheme: dark", "forced-colors", "prefers-reduced-motion", "@media print", ".contrast", "html.large"} {
		if !bytes.Contains(asset.Body, []byte(part)) {
			t.Errorf("the stylesheet lacks %s", part)
		}
	}
}

func BenchmarkGalleryPage(b *testing.B) {
	set := gallerySet(b)
	page := Page{Data: galleryData(true), Now: noon}
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := set.Page(&out, "test/gallery", page); err != nil {
			b.Fatal(err)
		}
	}
}
