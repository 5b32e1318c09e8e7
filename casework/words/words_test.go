package words

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNormaliseMakesSpellingsOfTheSameTextEqual(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty stays empty", "", ""},
		{"plain text stays as it is", "no heat in house 5", "no heat in house 5"},
		{"capitals become small", "НЕТ Воды", "нет воды"},
		{"yo is written as ye", "Тёплый ЁЖ", "теплый еж"},
		{"decomposed letters are composed", "и\u0306од е\u0308лка", "йод елка"},
		{"every kind of space is one space", "улица\u00a0\u2009Мира\t\n5\u2028кв.\u30001", "улица мира 5 кв. 1"},
		{"ends are trimmed", "  \u00a0вода\n", "вода"},
		{"zero-width characters vanish inside words", "ад\u200bми\u200dнист\u200cра\ufeffция", "администрация"},
		{"soft hyphens vanish", "ука\u00adзать", "указать"},
		{"direction controls vanish", "файл\u202efdp.exe \u2067текст\u2069", "файлfdp.exe текст"},
		{"stress marks and zalgo vanish", "за\u0301мок Ж\u0300\u0301\u0302алоба", "замок жалоба"},
		{"Latin twins in a Cyrillic word become Cyrillic", "Жaлoбa нa BОДУ", "жалоба на воду"},
		{"Cyrillic twins in a Latin word become Latin", "Соvid", "covid"},
		{"words of one alphabet are left alone", "cop сор", "cop сор"},
		{"a word that fits neither alphabet stays", "жn", "жn"},
		{"a yo beside a Latin letter settles at once", "Ёl", "el"},
		{"control characters separate words", "строка\x00\x1bпродолжение", "строка продолжение"},
		{"broken UTF-8 separates words", "вода\xff\xfeгаз", "вода газ"},
		{"only invisible characters give nothing", "\u200b\u00ad \ufeff", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Normalise(c.in); got != c.want {
				t.Errorf("Normalise(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestNormaliseIsIdempotentForEveryRune(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		once := Normalise("а" + string(r) + "b")
		if twice := Normalise(once); twice != once {
			t.Errorf("%U: %q, then %q", r, once, twice)
		}
	}
}

// mixedText draws texts from the characters that interact in Normalise.
func mixedText() *rapid.Generator[string] {
	nasty := []rune("aбBвЁёеEиǅİK\u0300\u0301\u0306\u0308\u0327\u200b\u200d\u00ad\u034f\u202e \u00a0\n\x00.-9Жn")
	return rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom(nasty)))
}

func TestNormalisePropertiesHoldForAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := mixedText().Draw(t, "s")
		if rapid.Bool().Draw(t, "broken") {
			s = string(append([]byte(s), 0xff, 'a', 0xc3))
		}
		checkNormal(t, s)
	})
}

// checkNormal asserts everything that Normalise and Terms promise about s.
func checkNormal(t interface{ Fatalf(string, ...any) }, s string) {
	n := Normalise(s)
	switch {
	case !utf8.ValidString(n):
		t.Fatalf("Normalise(%q) is not valid UTF-8: %q", s, n)
	case Normalise(n) != n:
		t.Fatalf("Normalise(%q) = %q is not stable: %q", s, n, Normalise(n))
	case strings.Contains(n, "  ") || n != strings.TrimSpace(n):
		t.Fatalf("Normalise(%q) = %q has stray spaces", s, n)
	}
	for _, r := range n {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r != ' ' && unicode.IsSpace(r) {
			t.Fatalf("Normalise(%q) keeps %U", s, r)
		}
	}
	for _, term := range Terms(s) {
		if term == "" || !utf8.ValidString(term) || strings.Contains(term, " ") || utf8.RuneCountInString(term) > MaxTermRunes {
			t.Fatalf("Terms(%q) has a bad term %q", s, term)
		}
	}
	if a, b := Terms(s), Terms(n); !slices.Equal(a, b) {
		t.Fatalf("Terms(%q) = %q, but of its normal form %q", s, a, b)
	}
}

func TestHostileTextsAreNormalisedAndCutIntoTerms(t *testing.T) {
	for _, s := range hostileTexts(t) {
		checkNormal(t, s)
		if v := Similarity(s, s); v != 1 && len(Terms(s)) > 0 {
			t.Errorf("%.40q is %v similar to itself", s, v)
		}
	}
}

// hostileTexts reads the shared collections beside the repository.
func hostileTexts(t *testing.T) []string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for up := dir; up != filepath.Dir(up); up = filepath.Dir(up) {
		folder := filepath.Join(up, "shared", "data", "hostile")
		if _, err := os.Stat(folder); err == nil {
			return readHostile(t, folder)
		}
	}
	t.Skip("shared/data/hostile is not beside the repository")
	return nil
}

func readHostile(t *testing.T, folder string) []string {
	t.Helper()
	var plain []string
	var named []struct{ Value string }
	for file, into := range map[string]any{"naughty-strings.json": &plain, "ru-hostile-strings.json": &named} {
		data, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range named {
		plain = append(plain, n.Value)
	}
	if len(plain) < 100 {
		t.Fatalf("only %d hostile texts found", len(plain))
	}
	return plain
}

func TestTermsKeepWhatAnAppealIsAbout(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"nothing gives nothing", " .,!", []string{}},
		{"function words leave, forms meet", "На улице и во дворах нет света", []string{"улиц", "двор", "свет"}},
		{"numbers and house numbers stay", "ул. Мира, д. 44/2а, кв. 7", []string{"ул", "мир", "д", "44", "2а", "кв", "7"}},
		{"a polite opening says nothing", "Здравствуйте! Добрый день.", []string{}},
		{"English is stemmed as English", "the broken lights of houses", []string{"broken", "light", "hous"}},
		{"hyphens separate", "Йошкар-Ола", []string{"йошкар", "ол"}},
		{"disguised letters do not hide a word", "вoдoпpoвoд", []string{"водопровод"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Terms(c.in); !slices.Equal(got, c.want) {
				t.Errorf("Terms(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestFormsOfOneWordShareAStem(t *testing.T) {
	for _, forms := range [][]string{
		{"дорога", "дороги", "дороге", "дорогу", "дорогой", "дорогами"},
		{"ремонт", "ремонта", "ремонту", "ремонтом"},
		{"Льгов", "Льгове", "Льгова"},
	} {
		for _, f := range forms {
			if a, b := Terms(forms[0]), Terms(f); !slices.Equal(a, b) {
				t.Errorf("%q gives %q, %q gives %q", forms[0], a, f, b)
			}
		}
	}
}

func TestALongTokenIsCutOnALetter(t *testing.T) {
	got := Terms(strings.Repeat("щ", 100_000))
	if len(got) != 1 || got[0] != strings.Repeat("щ", MaxTermRunes) {
		t.Errorf("got %d terms, the first of %d bytes", len(got), len(got[0]))
	}
}

func TestStopWordsAreWrittenAsTokens(t *testing.T) {
	if len(stopWords) < 200 {
		t.Fatalf("only %d stop words were read", len(stopWords))
	}
	for w := range stopWords {
		if tokens := Tokens(w); len(tokens) != 1 || tokens[0] != w {
			t.Errorf("stop word %q can never match: it is the tokens %q", w, tokens)
		}
	}
	if !IsStopWord("что") || IsStopWord("вода") {
		t.Error("что is a stop word and вода is not")
	}
}

func TestTheStemCacheIsBoundedAndTellsTheTruth(t *testing.T) {
	c := newStemCache(10)
	for i := range 1000 {
		token := fmt.Sprint("слово", i)
		c.put(token, token[:4])
		if got, ok := c.get(token); !ok || got != token[:4] {
			t.Fatalf("just stored %q, got %q, %v", token, got, ok)
		}
		if n := len(c.young) + len(c.old); n > 20 {
			t.Fatalf("%d entries with a limit of 10 per generation", n)
		}
	}
}

func TestAWordInUseSurvivesTheTurnOfGenerations(t *testing.T) {
	c := newStemCache(10)
	c.put("дорога", "дорог")
	for i := range 100 {
		c.put(fmt.Sprint("редкое", i), "редк")
		if _, ok := c.get("дорога"); !ok {
			t.Fatalf("forgotten after %d other words although read each time", i+1)
		}
	}
}

func TestTermsAreTheSameFromManyGoroutines(t *testing.T) {
	text := "Прошу отремонтировать дорогу возле школы, ямы глубокие"
	want := Terms(text)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 200 {
				if got := Terms(text); !slices.Equal(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
				Terms(fmt.Sprintf("слово%dа", i))
			}
		})
	}
	group.Wait()
}

func TestBigramsPairNeighbours(t *testing.T) {
	if got := Bigrams([]string{"а", "б", "в"}); !slices.Equal(got, []string{"а б", "б в"}) {
		t.Errorf("got %q", got)
	}
	if got := Bigrams([]string{"а"}); len(got) != 0 {
		t.Errorf("one term has no pair, got %q", got)
	}
}

func TestSimilarityRanksACopyAboveTheSameSubjectAboveAnother(t *testing.T) {
	original := "На улице Садовой третий день нет горячей воды, управляющая компания не отвечает на звонки жителей"
	edited := "Здравствуйте! На улице Садовой третий день нет горячей воды, управляющая компания не отвечает на звонки"
	subject := "В нашем доме по проспекту Победы отключили горячую воду, когда дадут?"
	other := "Автобус 45 не останавливается у больницы"
	same, near, far := Similarity(original, edited), Similarity(original, subject), Similarity(original, other)
	if !(same > 0.7 && same > near && near < 0.3 && far == 0) {
		t.Errorf("edited copy %.2f, same subject %.2f, other %.2f", same, near, far)
	}
	if v := Similarity("Яма!", "яма"); v != 1 {
		t.Errorf("one-word texts that are equal are %.2f similar", v)
	}
	if v := Similarity("", "..."); v != 0 {
		t.Errorf("two empty texts are %.2f similar", v)
	}
}

func TestSimilarityIsSymmetricAndWithinBounds(t *testing.T) {
	word := rapid.SampledFrom([]string{"вода", "дом", "яма", "свет", "двор", "7"})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "words"), " ") })
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		x, y := Similarity(a, b), Similarity(b, a)
		if x != y || x < 0 || x > 1 {
			t.Fatalf("Similarity(%q, %q) = %v, reversed %v", a, b, x, y)
		}
	})
}

// page is about 4 KB of an invented appeal.
var page = strings.Repeat("Прошу принять меры к управляющей компании: подъезды не убираются, лампочки перегорели, "+
	"на обращения жителей дома ответа не поступает. ", 15)

func BenchmarkTermsOfAPageCached(b *testing.B) {
	Terms(page)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		Terms(page)
	}
}

func BenchmarkTermsOfAPageUncached(b *testing.B) {
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		for _, t := range Tokens(page) {
			if !IsStopWord(t) {
				stemUncached(t, alphabetOf(t))
			}
		}
	}
}

func BenchmarkNormaliseAPage(b *testing.B) {
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		Normalise(page)
	}
}
