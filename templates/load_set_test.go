package templates

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var noon = time.Date(2026, 12, 6, 9, 0, 0, 0, time.UTC)

func load(t testing.TB) *Set {
	t.Helper()
	set, err := Load(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// loadWith loads the set with further files, path and body by turns.
func loadWith(t testing.TB, files ...string) (*Set, error) {
	t.Helper()
	tree := fstest.MapFS{}
	for i := 0; i+1 < len(files); i += 2 {
		tree[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return Load(Options{Overlay: tree})
}

func TestLoadRefusesWhatWouldBreakAPageLater(t *testing.T) {
	cases := []struct{ name, file, body, says string }{
		{"an unclosed action", "html/pages/test/a.html", `{{if .Data}}`, "unexpected EOF"},
		{"an unknown function", "html/pages/test/a.html", `{{nonesuch}}`, "nonesuch"},
		{"an unknown component", "html/pages/test/a.html", `{{template "nonesuch"}}`, "nonesuch"},
		{"a misspelt argument", "html/pages/test/a.html", `{{template "tag" (args "Txet" "x")}}`, `no argument "Txet"`},
		{"a misspelt argument inside a branch", "html/pages/test/a.html", `{{range .Data}}{{with .}}{{template "notice" (args "Text" "x" "Sort" "bad")}}{{end}}{{end}}`, `no argument "Sort"`},
		{"a second component of one name", "html/components/zz.html", `{{define "tag"}}x{{end}}`, "already defined"},
		{"a value where HTML cannot take one", "html/pages/test/a.html", `<a href="{{if .Data}}"{{end}}>`, "test/a"},
		{"a broken text file", "locales/test.ru.toml", `[x`, "test.ru.toml"},
		{"a language nobody speaks here", "locales/test.de.toml", `[x]` + "\n" + `a = "b"`, "de"},
		{"a text id written twice", "locales/test.ru.toml", "[layout]\nname = \"x\"", "layout.name"},
		{"a broken mail", "mail/test.txt", `{{end}}`, "unexpected"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadWith(t, c.file, c.body)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

func TestAnOverlayFileReplacesTheEmbeddedOneAndAddsPages(t *testing.T) {
	set, err := loadWith(t, "html/pages/test/a.html", "<p>свой</p>", "static/mark.svg", "<svg/>")
	if err != nil {
		t.Fatal(err)
	}
	if got := render(t, set, "test/a", Page{}); !strings.Contains(got, "<p>свой</p>") {
		t.Error("the added page is not shown")
	}
	if asset, _, _ := set.Static("/static/mark.svg"); string(asset.Body) != "<svg/>" {
		t.Errorf("the logo was not replaced: %s", asset.Body)
	}
	found := false
	for _, name := range set.Pages() {
		found = found || name == "test/a"
	}
	if !found {
		t.Errorf("Pages misses test/a: %v", set.Pages())
	}
}
