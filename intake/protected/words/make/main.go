// Command make writes the list of words of the protected channel from two
// Debian dictionary packages: hunspell-ru says what is a word, mueller7-dict
// (an English-Russian dictionary) which words people use to explain others.
//
//	apt-get install hunspell-ru mueller7-dict
//	go generate ./intake/protected/words
package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
)

// Size is how many words the list has: five dice, 12.92 bits a word.
const Size = 7776

// Where the Debian packages put the dictionaries.
const (
	hunspellPath = "/usr/share/hunspell/ru_RU.dic"
	muellerPath  = "/usr/share/dictd/mueller7.dict.dz"
)

func main() {
	out := flag.String("o", "list.txt", "file to write")
	refused := flag.String("refused", "refused_stems.txt", "stems no word may have")
	flag.Parse()
	list, err := build(hunspellPath, muellerPath, *refused)
	if err == nil {
		err = os.WriteFile(*out, []byte(strings.Join(list, "\n")+"\n"), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// entry is a word that may enter the list.
type entry struct {
	word      string
	class     int // 3 noun, 2 adjective, 1 verb
	seen      int // how often the English-Russian dictionary uses it
	relatives int // words of the dictionary with the same beginning
}

// build makes the list: one word for each beginning of four letters, the
// plainest; then the plainest of those, in alphabetical order.
func build(hunspell, mueller, refused string) ([]string, error) {
	stems, err := readLines(refused)
	if err != nil {
		return nil, err
	}
	seen, err := countWords(mueller)
	if err != nil {
		return nil, err
	}
	lines, err := readLines(hunspell)
	if err != nil {
		return nil, err
	}
	best, relatives := map[string]entry{}, map[string]int{}
	for _, line := range lines {
		word, flags, _ := strings.Cut(line, "/")
		if !plain(word) {
			continue
		}
		begin := Beginning(word)
		relatives[begin]++
		e := entry{word: word, class: class(word, flags), seen: min(seen[word], 20)}
		if e.class == 0 || e.seen == 0 && strings.HasSuffix(word, "щий") || Refused(word, stems) {
			continue
		}
		if old, ok := best[begin]; !ok || better(e, old) < 0 {
			best[begin] = e
		}
	}
	all := make([]entry, 0, len(best))
	for begin, e := range best {
		e.relatives = relatives[begin]
		all = append(all, e)
	}
	slices.SortFunc(all, better)
	if len(all) < Size {
		return nil, fmt.Errorf("only %d beginnings were found, %d are needed", len(all), Size)
	}
	list := make([]string, 0, Size)
	for _, e := range all[:Size] {
		list = append(list, e.word)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Compare(Beginning(a), Beginning(b)) })
	return list, nil
}

// better orders entries, the plainest first.
func better(a, b entry) int {
	return cmp.Or(cmp.Compare(min(b.seen, 1), min(a.seen, 1)), cmp.Compare(b.class+b.seen/4, a.class+a.seen/4),
		cmp.Compare(b.class, a.class), cmp.Compare(b.seen, a.seen), cmp.Compare(b.relatives, a.relatives),
		cmp.Compare(len(a.word), len(b.word)), cmp.Compare(a.word, b.word))
}

// plain holds for words of 4 to 8 small Russian letters.
func plain(word string) bool {
	n := 0
	for _, r := range word {
		if (r < 'а' || r > 'я') && r != 'ё' {
			return false
		}
		n++
	}
	return n >= 4 && n <= 8
}

// class tells nouns, adjectives and verbs in their dictionary form by ending and
// by the affix classes of hunspell-ru; 0 is any other form.
func class(word, flags string) int {
	end := func(list ...string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.HasSuffix(word, s) })
	}
	switch {
	case flags == "":
		return 0
	case strings.HasPrefix(flags, "A"):
		if end("ый", "ий", "ой") {
			return 2
		}
	case strings.ContainsAny(flags, "LBMR"):
		if end("ть", "ти", "чь", "ться", "тись", "чься") {
			return 1
		}
	case strings.ContainsAny(flags, "KIJHONFGE"):
		return 3
	}
	return 0
}

// Beginning is the first four letters, ё as е.
func Beginning(word string) string {
	return string([]rune(strings.ReplaceAll(word, "ё", "е"))[:4])
}

// Refused reports a word that has one of the stems.
func Refused(word string, stems []string) bool {
	word = strings.ReplaceAll(word, "ё", "е")
	for _, s := range stems {
		s = strings.ReplaceAll(s, "ё", "е")
		if begin, ok := strings.CutPrefix(s, "^"); ok && strings.HasPrefix(word, begin) || !ok && strings.Contains(word, s) {
			return true
		}
	}
	return false
}

// readLines returns the lines of a file without remarks and empty lines.
func readLines(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out, nil
}

// countWords counts the Russian words of a dictionary in dictzip, which is gzip.
func countWords(path string) (map[string]int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, w := range strings.FieldsFunc(string(text), func(r rune) bool { return !unicode.Is(unicode.Cyrillic, r) }) {
		counts[strings.ToLower(w)]++
	}
	return counts, nil
}
