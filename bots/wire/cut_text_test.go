package wire

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestACutKeepsEveryWordWhole(t *testing.T) {
	words := []string{"слово", "a", "длинноеслово", "🙂", "\n", "\n\n", "№", "5–7"}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for range 20 + r.IntN(200) {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		limit := 20 + r.IntN(50)
		var fields []string
		for _, part := range Cut(b.String(), limit) {
			if Units(part) > limit || !utf8.ValidString(part) {
				t.Fatalf("seed %d: part of %d units, limit %d", seed, Units(part), limit)
			}
			fields = append(fields, strings.Fields(part)...)
		}
		if strings.Join(fields, " ") != strings.Join(strings.Fields(b.String()), " ") {
			t.Fatalf("seed %d: words were lost or broken", seed)
		}
	}
}

func TestACutGoesRoundASignOfSeveralParts(t *testing.T) {
	family := "👨‍👩‍👧‍👦" // 11 units
	for _, part := range Cut(strings.Repeat(family, 10), 25) {
		if strings.ReplaceAll(part, family, "") != "" || Units(part) > 25 {
			t.Errorf("part %q breaks a sign", part)
		}
	}
	if got := Cut(strings.Repeat("и\u0306", 5), 5); len(got) != 3 || strings.Join(got, "") != strings.Repeat("и\u0306", 5) {
		t.Errorf("an accent was torn from its letter: %q", got)
	}
	if got := Cut(strings.Repeat("🙂", 3), 4); len(got) != 2 {
		t.Errorf("got %q", got)
	}
	if got := Cut("\u0301"+strings.Repeat("\u0301", 20), 8); len(got) != 3 || strings.Join(got, "") != strings.Repeat("\u0301", 21) {
		t.Errorf("one endless sign: %q", got)
	}
}

func TestACutPrefersTheEndOfALine(t *testing.T) {
	got := Cut("первая строка текста\nвторая строка", 25)
	if len(got) != 2 || got[0] != "первая строка текста" || got[1] != "вторая строка" {
		t.Errorf("got %q", got)
	}
}
