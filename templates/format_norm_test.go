package templates

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var cyrillic = regexp.MustCompile(`\p{Cyrillic}`)

func TestANormIsSaidInTheLanguageOfThePage(t *testing.T) {
	for norm, want := range map[string]string{
		"ст. 12 ч. 1":                         "article 12, part 1",
		"ст. 8 ч. 3.1, ч. 6":                  "article 8, part 3.1, part 6",
		"ст. 10 ч. 1 п. 4, ч. 4; ст. 12 ч. 1": "article 10, part 1, item 4, part 4; article 12, part 1",
		"59-ФЗ ст. 11 ч. 5.1":                 "59-FZ, article 11, part 5.1",
		"постановление № 840, п. 3":           "resolution No. 840, item 3",
		"правило сервиса":                     "rule of this service",
		"Приказ Комитета № 7":                 "Приказ Комитета № 7",
	} {
		if got := FormatNorm("en", norm); got != want {
			t.Errorf("%q is said as %q, want %q", norm, got, want)
		}
		if got := FormatNorm("ru", norm); got != norm {
			t.Errorf("in Russian %q becomes %q", norm, got)
		}
	}
	set := load(t)
	if got := set.T("en", "desk.stopped.norm", map[string]any{"Norm": "ст. 4"}); got != "Basis: article 4." {
		t.Errorf("a text says %q", got)
	}
}

func TestEveryNormOfTheRegulationsHasItsEnglish(t *testing.T) {
	found, err := filepath.Glob("../casework/regulation/data/*.yaml")
	if err != nil || len(found) == 0 {
		t.Skip("the package stands alone: the regulations are not here")
	}
	norms, seen := regexp.MustCompile(`norm: "([^"]+)"`), 0
	for _, name := range found {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, norm := range norms.FindAllStringSubmatch(string(body), -1) {
			seen++
			if said := FormatNorm("en", norm[1]); cyrillic.MatchString(said) {
				t.Errorf("%s: %q is said as %q in English", name, norm[1], said)
			}
		}
	}
	if seen < 100 {
		t.Fatalf("only %d norms were found: the search is broken", seen)
	}
}
