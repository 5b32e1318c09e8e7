package desk_test

import (
	"io"
	"net/url"
	"strings"
	"testing"

	"priemnaya/casework"
)

// notes files a case with a plain text beside it and a place in words.
func (b *bench) notes(t testing.TB, name, content string) casework.Case {
	t.Helper()
	f, err := b.files.Put(t.Context(), name, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	f.Type = "text/plain"
	c := b.file(t, func(filing *casework.Filing) {
		filing.Files, filing.Address = []casework.File{f}, "ул. Тайная, 7"
	})
	b.do(t, casework.SystemActor(), c.ID, casework.Routing{Body: "roads"})
	b.do(t, registrar, c.ID, casework.Registration{})
	return b.do(t, head, c.ID, casework.Assignment{Officer: officer})
}

func TestAPlainTextBesideAnAppealIsRedactedInACopy(t *testing.T) {
	b := newBench(t)
	const content = "Сосед Тайнов П. П.\nтел. +7 900 123-45-67\nЯма с ноября.\n"
	c := b.notes(t, "Тайнов_заметки.txt", content)
	file := c.Content.Files[0]
	address := path(c, "/redact/"+url.PathEscape(file.ID))
	if page := b.get(t, officer, path(c, "")).body; !strings.Contains(page, address) {
		t.Fatal("the page of the case offers no redaction of a text")
	}
	f := b.get(t, officer, address).formTo(t, "/redact/"+file.ID)
	if r := b.submit(t, officer, f, "words", "Тайнов П. П.", "do", "preview"); r.status != 200 || !strings.Contains(r.body, "Сосед "+casework.Blot) {
		t.Fatalf("preview: %d", r.status)
	}
	for name, typed := range map[string][]string{"no reason": {"words", "Тайнов", "do", "save"}, "nothing hidden": {"words", "", "person", "", "why", "Имя", "do", "save"}} {
		bad := b.get(t, officer, address).formTo(t, "/redact/"+file.ID)
		if r := b.submit(t, officer, bad, typed...); r.status != 422 {
			t.Errorf("%s: %d", name, r.status)
		}
	}
	if r := b.submit(t, officer, f, "words", "Тайнов П. П.\nТайнов", "why", "Третье лицо", "do", "save"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	now := b.load(t, c.ID)
	copied, ok := now.RedactedFile(file.ID)
	if !ok || now.Content.Files[0].SHA256 != file.SHA256 {
		t.Fatalf("%+v", copied)
	}
	if got := b.contentOf(t, *copied.Copy); strings.Contains(got, "Тайнов") || strings.Contains(got, "900") || !strings.Contains(got, "Яма с ноября.") {
		t.Errorf("the copy: %q", got)
	}
	if strings.Contains(copied.Copy.Name, "Тайнов") || !strings.HasSuffix(copied.Copy.Name, ".txt") {
		t.Errorf("the name of the copy: %q", copied.Copy.Name)
	}
	if got := b.contentOf(t, file); got != content {
		t.Errorf("the original: %q", got)
	}
	if r := b.get(t, supervisor, address); r.status != 404 {
		t.Errorf("a supervisor redacts: %d", r.status)
	}
}

func (b *bench) contentOf(t testing.TB, f casework.File) string {
	t.Helper()
	r, err := b.files.Open(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAPartOfAnAppealIsHiddenByItsLineAndShownInTheCopy(t *testing.T) {
	b := newBench(t)
	c := b.notes(t, "a.txt", "Яма.")
	f := b.get(t, officer, path(c, "/redact")).formTo(t, "/redact")
	if r := b.submit(t, officer, f, "line", "address:1", "do", "preview"); r.status != 200 || strings.Count(r.body, casework.Blot) != 1 {
		t.Fatalf("preview: %d with %d blots", r.status, strings.Count(r.body, casework.Blot))
	}
	if r := b.submit(t, officer, f, "line", "address:1", "why", "Адрес", "do", "save"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	now := b.load(t, c.ID)
	if r, ok := now.RedactedText(); !ok || r.Text != c.Content.Text || len(r.Parts) != 1 || r.Parts[0].Text != casework.Blot || now.Subject.Address != "ул. Тайная, 7" {
		t.Errorf("%+v", r)
	}
	if page := b.get(t, officer, path(c, "")).body; !strings.Contains(page, "Место, о котором пишут") {
		t.Error("the page of the case does not show the part")
	}
}

func TestALongTextIsNotRedactedInTheBrowser(t *testing.T) {
	b := newBench(t)
	c := b.notes(t, "long.txt", strings.Repeat("Строка.\n", 8000))
	if r := b.get(t, officer, path(c, "/redact/"+url.PathEscape(c.Content.Files[0].ID))); r.status != 404 {
		t.Errorf("status %d", r.status)
	}
}
