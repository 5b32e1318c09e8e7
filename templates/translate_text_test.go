package templates

import "testing"

func TestNumbersTakeTheRightPlural(t *testing.T) {
	set := load(t)
	cases := []struct {
		lang  string
		count any
		want  string
	}{
		{"ru", 1, "остался 1 день"}, {"ru", 2, "осталось 2 дня"}, {"ru", 5, "осталось 5 дней"},
		{"ru", 11, "осталось 11 дней"}, {"ru", 21, "остался 21 день"}, {"ru", 112, "осталось 112 дней"},
		{"ru", 0, "осталось 0 дней"}, {"ru", "1.5", "осталось 1.5 дня"},
		{"en", 1, "1 day left"}, {"en", 2, "2 days left"},
		{"de", 2, "осталось 2 дня"},
	}
	for _, c := range cases {
		if got := set.T(c.lang, "component.term_left", nil, c.count); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.lang, c.count, got, c.want)
		}
	}
}

func TestAMissingTextIsVisibleAndAMissingTranslationIsRussian(t *testing.T) {
	set, err := loadWith(t, "locales/test.ru.toml", "[test]\nonly = \"Здравствуйте, {{.Name}}\"")
	if err != nil {
		t.Fatal(err)
	}
	if got := set.T("ru", "test.none", nil); got != "[test.none]" {
		t.Errorf("missing text: %q", got)
	}
	if got := set.T("en", "test.only", map[string]any{"Name": "Ян"}); got != "Здравствуйте, Ян" {
		t.Errorf("missing translation: %q", got)
	}
	if set.Has("en", "test.only") || !set.Has("ru", "test.only") {
		t.Error("Has is wrong about the languages")
	}
}

func TestTextsDoNotRunWhatACitizenTyped(t *testing.T) {
	set := load(t)
	got := set.T("ru", "component.until", map[string]any{"Date": "{{.Count}} {{printf}}"})
	if got != "до {{.Count}} {{printf}}" {
		t.Errorf("got %q", got)
	}
}
