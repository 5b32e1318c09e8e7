package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheListIsWhatTheDictionariesGive(t *testing.T) {
	for _, p := range []string{hunspellPath, muellerPath} {
		if _, err := os.Stat(p); err != nil {
			t.Skip("the Debian packages hunspell-ru and mueller7-dict are not installed")
		}
	}
	list, err := build(hunspellPath, muellerPath, filepath.Join("..", "refused_stems.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("..", "list.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if got := []byte(strings.Join(list, "\n") + "\n"); !bytes.Equal(got, want) {
		t.Errorf("the list in the repository is not what the script makes: run go generate")
	}
}

func TestRefusedStemsAreFound(t *testing.T) {
	stems := []string{"^труп", "жоп"}
	for word, want := range map[string]bool{"труппа": true, "прижопа": true, "струпья": false, "жёпа": false} {
		if Refused(word, stems) != want {
			t.Errorf("%s: %v", word, !want)
		}
	}
}

func TestOnlyDictionaryFormsHaveAClass(t *testing.T) {
	for _, x := range []struct {
		word, flags string
		class       int
	}{{"стол", "K", 3}, {"белый", "AES", 2}, {"читать", "BLMP", 1}, {"уйди", "B", 0}, {"учтя", "", 0}, {"сдох", "L", 0}} {
		if got := class(x.word, x.flags); got != x.class {
			t.Errorf("%s/%s has class %d", x.word, x.flags, got)
		}
	}
}

func TestPlainWordsHaveFourToEightSmallLetters(t *testing.T) {
	for word, want := range map[string]bool{"дом": false, "дома": true, "Москва": false, "перелётный": false, "ёжик": true, "a-ля": false} {
		if plain(word) != want {
			t.Errorf("%s: %v", word, !want)
		}
	}
}
