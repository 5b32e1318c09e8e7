package words

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEveryWordOfTheListIsPlainAndUniqueInItsFirstFourLetters(t *testing.T) {
	if len(list) != Size || len(letters) != Size {
		t.Fatalf("%d words", len(list))
	}
	begins := map[string]string{}
	for i, w := range list {
		if n := utf8.RuneCount(w); n < 4 || n > 8 {
			t.Errorf("%s has %d letters", w, n)
		}
		for _, r := range string(w) {
			if (r < 'а' || r > 'я') && r != 'ё' {
				t.Errorf("%s is not of small Russian letters", w)
			}
		}
		begin := string(letters[i][:4])
		if other, taken := begins[begin]; taken {
			t.Errorf("%s and %s begin alike", w, other)
		}
		begins[begin] = string(w)
	}
}

func TestSevenWordsHaveNinetyBits(t *testing.T) {
	if bits := Count * math.Log2(Size); bits < 90 {
		t.Fatalf("%.2f bits", bits)
	}
}

func TestNoWordHasARefusedStem(t *testing.T) {
	data, err := os.ReadFile("refused_stems.txt")
	if err != nil {
		t.Fatal(err)
	}
	stems := 0
	for line := range strings.Lines(string(data)) {
		s := strings.ReplaceAll(strings.TrimSpace(line), "ё", "е")
		if s == "" || s[0] == '#' {
			continue
		}
		stems++
		for _, w := range list {
			word := strings.ReplaceAll(string(w), "ё", "е")
			begin, only := strings.CutPrefix(s, "^")
			if only && strings.HasPrefix(word, begin) || !only && strings.Contains(word, s) {
				t.Errorf("%s has the refused stem %s", w, s)
			}
		}
	}
	if stems < 200 {
		t.Fatalf("only %d stems were read", stems)
	}
}

func TestWordsAreDrawnUniformly(t *testing.T) {
	// Halves, and words seen twice among 2,000 draws of 7 (expected 12,600 pairs).
	counts, low, n := map[string]int{}, 0, 2000
	for range n {
		for w := range bytes.FieldsSeq(Draw()) {
			counts[string(w)]++
			if Number(w) < Size/2 {
				low++
			}
		}
	}
	total := float64(n * Count)
	if dev := math.Abs(float64(low)-total/2) / math.Sqrt(total/4); dev > 5 {
		t.Errorf("%d of %.0f words are of the first half: %.1f deviations", low, total, dev)
	}
	pairs := 0.0
	for _, c := range counts {
		pairs += float64(c*(c-1)) / 2
	}
	want := total * (total - 1) / 2 / Size
	if math.Abs(pairs-want) > 6*math.Sqrt(want) {
		t.Errorf("%.0f equal pairs, %.0f expected", pairs, want)
	}
}

func TestHoweverTheWordsAreTypedTheKeyIsTheSame(t *testing.T) {
	want := "абаж ежик йоге мама рейт солн янта"
	for name, typed := range map[string]string{
		"as shown":                      "абажур ёжик йогей мамаша рейтинг солнце янтарь",
		"ё as е":                        "абажур ежик йогей мамаша рейтинг солнце янтарь",
		"capital letters":               "АБАЖУР Ёжик ЙОГЕЙ мамаша Рейтинг солнце янтарь",
		"first four letters":            "абаж ёжик йоге мама рейт солн янта",
		"commas, numbers and new lines": " 1. абажур,\r\n2. ёжик;3)йогей\tмамаша — рейтинг  солнце/янтарь.\n",
		"mistakes behind the fourth":    "абажюр ёжик йогеъ мамащщща рейтенг солнышко янтрь"[:0] + "абажюр ёжик йогеъ мамащщща рейтенг солныжко янтапь",
		"ё and й of two signs":          "абажур е\u0308жик и\u0306огей мамаша реи\u0306тинг солнце янтарь",
		"accents and soft hyphens":      "абажу\u0301р ёжик йо\u00adгей мама\u0301ша рейтинг солнце янтарь",
		"Latin letters that look alike": "aбaжyp ёжик йoгeй мaмaшa peйтинг coлнцe янтapь",
	} {
		got, err := Canonical([]byte(typed))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func TestOtherThanSevenWordsAreRefused(t *testing.T) {
	for _, typed := range []string{"", "абажур", strings.Repeat("солнце ", 6), strings.Repeat("солнце ", 8), strings.Repeat("солнце ", 6) + "дом",
		strings.Repeat("sun ", 7), strings.Repeat("солнце ", 7) + strings.Repeat(" ", MaxInput), "\xff\xfe"} {
		if got, err := Canonical([]byte(typed)); err == nil {
			t.Errorf("%q became %q", typed, got)
		}
	}
}

func TestDrawnWordsComeBackFromTheirShortForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := Draw()
		a, err := Canonical(drawn)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := Canonical(a); err != nil || !bytes.Equal(a, b) {
			t.Fatalf("%q %q %v", a, b, err)
		}
		for _, w := range bytes.Fields(drawn) {
			if Number(w) < 0 {
				t.Fatalf("%q was drawn and is not on the list", w)
			}
		}
	})
}

func TestNoSliceOfTheListIsChangedByAWipedAnswer(t *testing.T) {
	before := bytes.Join(list, nil)
	d := Draw()
	clear(d)
	if !bytes.Equal(before, bytes.Join(list, nil)) {
		t.Fatal("wiping drawn words changed the list")
	}
}

func TestOneWordIsFoundOnTheList(t *testing.T) {
	at := Number([]byte("абажур"))
	if at < 0 || Number([]byte(" Абаж, ")) != at {
		t.Errorf("found at %d and %d", at, Number([]byte(" Абаж, ")))
	}
	for _, bad := range []string{"", "аба", "два слова", "щщщщ", "обажур"} {
		if n := Number([]byte(bad)); n != -1 {
			t.Errorf("%q is word %d", bad, n)
		}
	}
}

// frozen is the SHA-256 of list.txt. Shares on paper number its words: whoever
// changes the list makes them unreadable.
const frozen = "b83a2d21ca6655a06fba6d49e166166848d0b18176789805a33b67eba5f65807"

func TestTheListIsFrozen(t *testing.T) {
	data, err := os.ReadFile("list.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != frozen {
		t.Errorf("the list has changed (%s): shares that were printed cannot be read any more", got)
	}
}
