package templates

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

type galleryLine struct{ Number, About, Due string }

type gallery struct {
	Form    *Form
	Files   []FileItem
	Rows    []SummaryRow
	Events  []Event
	Bars    []Bar
	Lines   []galleryLine
	Persons []Person
	Hidden  map[string]string
}

func galleryData(withErrors bool) gallery {
	form := NewForm("kind", "road", "text", "Во дворе третью неделю нет света.\nТемпература < 18 °C.", "where", "a")
	if withErrors {
		form.Fail("text", "component.max", "Count", 20)
		form.Errors["text"] = FieldError{Key: "component.term_today"}
		form.Fail("answer", "component.no_answer")
		form.Fail("email", "component.no_answer")
	}
	day := func(d, h int) time.Time { return time.Date(2026, 11, d, h, 5, 0, 0, time.UTC) }
	return gallery{
		Form: form,
		Files: []FileItem{
			{Name: "Фото двора вечером.jpg", Size: 1258291, Href: "/f/1", Remove: "/f/1/remove"},
			{Name: strings.Repeat("очень-длинное-имя-файла-", 4) + ".pdf", Size: 900, Note: "проверяем на вирусы"},
		},
		Rows: []SummaryRow{
			{Label: "Куда", Value: "Министерство дорожного хозяйства", Href: "/file/2"},
			{Label: "Текст", Text: "Во дворе третью неделю нет света.\nТемпература < 18 °C.\n\nПрошу починить.", Href: "/file/3"},
			{Label: "Телефон"},
		},
		Events: []Event{
			{At: day(18, 9), Title: "Вы подали обращение", Who: "портал"},
			{At: day(19, 8), Title: "Мы зарегистрировали обращение", Text: "Номер ОГ-2026-000123.", Href: "#"},
			{At: day(20, 11), Title: "Обращение у исполнителя", Text: "Отдел уличного освещения готовит ответ.", Kind: "now"},
			{Title: "Ответ до 18 декабря", Kind: "next"},
			{At: day(21, 7), Title: "Файл не принят", Kind: "bad"},
		},
		Bars: Bars([]string{"Дороги", "Дом и двор", "Социальная защита"}, []int{1240, 873, 96}),
		Lines: []galleryLine{
			{"ОГ-2026-000123", "Освещение двора на улице Садовой", "2026-12-18"},
			{"ОГ-2026-000098", "Холодные батареи в детском саду", "2026-12-08"},
			{"ОГ-2026-000041", "Не убирают снег у поликлиники", "2026-12-03"},
		},
		Persons: []Person{{"1", "Соколова Мария Петровна", "подтверждённая запись"}, {"2", "Ким Андрей", "упрощённая запись"}},
		Hidden:  map[string]string{"state": "x"},
	}
}

func gallerySet(t testing.TB) *Set {
	t.Helper()
	body, err := os.ReadFile("testdata/gallery.html")
	if err != nil {
		t.Fatal(err)
	}
	set, err := Load(Options{Overlay: fstest.MapFS{"html/pages/test/gallery.html": {Data: body}}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// With PRIEMNAYA_GALLERY=<folder> the pages are written there, to be looked at.
func TestTheGalleryShowsEveryComponentInBothLayoutsAndLanguages(t *testing.T) {
	set, folder := gallerySet(t), os.Getenv("PRIEMNAYA_GALLERY")
	long := &User{Name: "Константинопольская-Преображенская Александра Владимировна", Role: "layout.desk"}
	shown := []struct {
		name string
		page Page
	}{
		{"portal", Page{Layout: "portal", Title: "Галерея", Path: "/file/3"}},
		{"errors", Page{Layout: "portal", User: long, Path: "/track", Flash: &Flash{Key: "component.term_today", Undo: "/undo"}}},
		{"large", Page{Layout: "portal", User: long, Prefs: Prefs{LargeType: true, HighContrast: true}}},
		{"english", Page{Layout: "portal", Lang: "en"}},
		{"desk", Page{Layout: "desk", User: long, Path: "/desk"}},
		{"print", Page{Layout: "print"}},
	}
	for _, item := range shown {
		var out bytes.Buffer
		item.page.Data, item.page.Now = galleryData(item.name == "errors"), noon
		if err := set.Page(&out, "test/gallery", item.page); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "<no value>") || strings.Contains(out.String(), "ZgotmplZ") {
			t.Errorf("%s: a value is missing or was refused by the escaper", item.name)
		}
		if out.Len() > 100<<10 {
			t.Errorf("%s: %d bytes, a page must stay under 100 KB", item.name, out.Len())
		}
		if folder != "" {
			writeGallery(t, set, filepath.Join(folder, item.name+".html"), out.String())
		}
	}
}

func writeGallery(t *testing.T, set *Set, file, html string) {
	t.Helper()
	for _, asset := range set.hashed {
		target := filepath.Join(filepath.Dir(file), asset.URL)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, asset.Body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	html = strings.ReplaceAll(html, `"`+StaticPath, `"`+fmt.Sprintf(".%s", StaticPath))
	if err := os.WriteFile(file, []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTheErrorPagesAreWholeInTheGallery(t *testing.T) {
	set, folder := gallerySet(t), os.Getenv("PRIEMNAYA_GALLERY")
	type field struct{ Name, Value string }
	pages := []struct {
		name, page, layout string
		data               any
	}{
		{"error", "web/error", "portal", struct {
			Status, Minutes                  int
			Title, What, Kept, Next, Request string
		}{429, 2, set.T("ru", "web.error.429.title", nil), set.T("ru", "web.error.429.what", nil),
			set.T("ru", "web.error.429.kept", nil), set.T("ru", "web.error.429.next", nil), "a1b2c3d4e5f60708"}},
		{"csrf", "web/csrf", "portal", struct {
			Action, Request string
			Fields          []field
			Files           bool
		}{"/file/3", "a1b2c3d4e5f60708", []field{{"text", "Во дворе нет света.\nПрошу починить."}}, true}},
	}
	for _, item := range pages {
		html := render(t, set, item.page, Page{Layout: item.layout, Data: item.data})
		if strings.Contains(html, "[web.") || !strings.Contains(html, "a1b2c3d4e5f60708") {
			t.Errorf("%s is not whole", item.name)
		}
		if folder != "" {
			writeGallery(t, set, filepath.Join(folder, item.name+".html"), html)
		}
	}
}
