package templates

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanTextRemovesOnlyWhatDeceives(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"ordinary Russian", "Ёлки, «подъезд» № 5 — температура < 18 °C & «O'Нил»\n\tитог: 5 > 3", "Ёлки, «подъезд» № 5 — температура < 18 °C & «O'Нил»\n\tитог: 5 > 3"},
		{"markup stays text", "<b>важно</b> &amp; <script>", "<b>важно</b> &amp; <script>"},
		{"letters in two parts", "и\u0306 е\u0308", "й ё"},
		{"letters in two parts with a gap", "и\u200b\u0306", "й"},
		{"line ends", "а\r\nб\rв\u2028г\u2029д\u0085е\vж\fз", "а\nб\nв\nг\nд\nе\nж\nз"},
		{"NUL and escapes", "а\x00б\x1b[31mв\x7f\u009b", "аб[31mв"},
		{"direction overrides", "файл\u202efdp.exe\u2066x\u2069\u200f", "файлfdp.exex"},
		{"zero width in words", "ад\u200bми\u200dнист\u200cра\ufeffция\u2060", "администрация"},
		{"soft hyphen", "ука\u00adзать", "указать"},
		{"a family of emoji", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"},
		{"a flag with a selector", "🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"},
		{"joiners in a row", "👨\u200d\u200d👩", "👨\u200d👩"},
		{"a joiner at the end", "👨\u200d", "👨"},
		{"a joiner before an emoji", "а\u200d👩", "а👩"},
		{"hidden tags", "а\U000e0041\U000e0042б\U000e0100", "аб"},
		{"a tower of marks", "Ж" + strings.Repeat("\u0336", 40) + "к", "Ж" + strings.Repeat("\u0336", 4) + "к"},
		{"stress", "за\u0301мок", "за\u0301мок"},
		{"broken bytes", "а\xff\xfeб", "а\ufffdб"},
		{"no-break spaces stay", "5\u00a0кг", "5\u00a0кг"},
		{"non-characters", "а\ufffe\uffff\ufdd0б", "аб"},
	}
	for _, c := range cases {
		if got, err := CleanText(c.in, 0); got != c.want || err != nil {
			t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, err)
		}
	}
}

func TestCleanLineIsOneLine(t *testing.T) {
	cases := []struct{ in, want string }{
		{"  Иванов\r\nBcc: x@example.org ", "Иванов Bcc: x@example.org"},
		{"Анна\t\t Мария", "Анна Мария"},
		{"\n\n", ""},
		{"д.\u00a05", "д.\u00a05"},
	}
	for _, c := range cases {
		if got, _ := CleanLine(c.in, 0); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTooLongATextIsGivenBackWhole(t *testing.T) {
	got, err := CleanText("абвгд", 4)
	var long *TooLong
	if !errors.As(err, &long) || long.Got != 5 || long.Max != 4 || got != "абвгд" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := CleanText("абвг", 4); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
	if _, err := CleanLine(" абвг ", 4); err != nil {
		t.Errorf("spaces at the ends must not count: %v", err)
	}
}

func TestCleaningTwiceChangesNothingMore(t *testing.T) {
	spice := rapid.SampledFrom([]string{"а", "и", "\u0306", "\u0301", "\u200d", "👨", "\ufe0f", "\u200b", "\r", "\n", "\x00", "\u202e", " ", "\xff", "\u1100", "\u1161", "\u034f", "<", "\U000e0041"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(spice, rapid.String())).Draw(t, "parts"), "")
		checkClean(t, text)
	})
}

type failer interface{ Errorf(string, ...any) }

func checkClean(t failer, text string) {
	once, _ := CleanText(text, 0)
	if twice, _ := CleanText(once, 0); twice != once {
		t.Errorf("cleaning %q is not stable: %q then %q", text, once, twice)
	}
	line, _ := CleanLine(text, 0)
	if again, _ := CleanLine(line, 0); again != line {
		t.Errorf("cleaning the line %q is not stable: %q then %q", text, line, again)
	}
	if !utf8.ValidString(once) || strings.ContainsAny(once, "\x00\r\u202e\u200b\u2028") || strings.ContainsAny(line, "\n\t") {
		t.Errorf("%q left something behind: %q", text, once)
	}
}

// sharedData finds the folder of shared test data beside the repository.
func sharedData(t *testing.T, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		path := filepath.Join(append([]string{dir, "shared", "data"}, parts...)...)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skip("no shared/data folder beside the repository: hostile strings are not tried")
		}
		dir = parent
	}
}

func TestHostileStringsComeOutTame(t *testing.T) {
	folder := sharedData(t, "hostile")
	var naughty []string
	var russian []struct{ Name, Value string }
	for file, target := range map[string]any{"naughty-strings.json": &naughty, "ru-hostile-strings.json": &russian} {
		body, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, target); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range russian {
		naughty = append(naughty, r.Value)
	}
	if len(naughty) < 500 {
		t.Fatalf("only %d strings were read", len(naughty))
	}
	set, err := loadWith(t, "html/pages/test/a.html", `<i title="{{.Data}}">{{.Data}}</i><textarea>{{.Data}}</textarea>{{paragraphs .Data}}{{safeHTML .Data}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range naughty {
		checkClean(t, text)
		page := strings.ToLower(render(t, set, "test/a", Page{Data: text}))
		_, body, _ := strings.Cut(page, "<main")
		for _, bad := range []string{"<script", "<img", "<svg onload", "<iframe", "javascript:alert(1)\""} {
			before, _, _ := strings.Cut(body, "</main>")
			if strings.Contains(before, bad) {
				t.Errorf("%q became %s", text, bad)
			}
		}
	}
}
