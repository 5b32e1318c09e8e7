package words

import (
	"iter"
	"slices"
	"strings"
)

const (
	// phoneDigits is a Russian number without the country's 7 or 8.
	phoneDigits = 10
	// localDigits is one as it is said within a city.
	localDigits = 7
	// phoneGroups is into how many groups of digits one is written at most.
	phoneGroups = 6
)

// IndexTerms are the terms by which a text is found: Terms, sorted and each
// once, and every telephone number of the text in one form however it was
// written, whole and without its area code.
func IndexTerms(s string) []string {
	terms := Terms(s)
	for _, run := range digitRuns(s) {
		groups := digitGroups(run)
		for i := range groups {
			for j := i + 1; j <= min(len(groups), i+phoneGroups); j++ {
				if n := phone(groups[i:j]); n != "" {
					terms = append(terms, n, n[len(n)-localDigits:])
				}
			}
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// QueryTerms are the terms that a text found by query must have: those of its
// words, sorted and each once, and its telephone numbers in the form of
// IndexTerms instead of their groups of digits.
func QueryTerms(query string) []string {
	var phones []string
	var rest strings.Builder
	last := 0
	for at, run := range digitRuns(query) {
		rest.WriteString(query[last:at])
		last = at + len(run)
		if n := phone(digitGroups(run)); n != "" {
			phones = append(phones, n)
			rest.WriteByte(' ')
			continue
		}
		rest.WriteString(withoutPhones(run, &phones))
	}
	rest.WriteString(query[last:])
	terms := append(phones, Terms(rest.String())...)
	slices.Sort(terms)
	return slices.Compact(terms)
}

// withoutPhones is a run without those of its groups of digits that are a
// telephone number each, which go to phones.
func withoutPhones(run string, phones *[]string) string {
	var rest strings.Builder
	for len(run) > 0 {
		digits := len(run) - len(strings.TrimLeft(run, "0123456789"))
		if n := phone([]string{run[:digits]}); n != "" {
			*phones = append(*phones, n)
			rest.WriteByte(' ')
		} else {
			rest.WriteString(run[:digits])
		}
		run = run[digits:]
		signs := len(run) - len(strings.TrimLeft(run, " ()-."))
		rest.WriteString(run[:signs])
		run = run[signs:]
	}
	return rest.String()
}

// digitRuns yields the stretches of s in which a telephone number may stand,
// with the place of each: digits with at most three of the usual signs between
// them.
func digitRuns(s string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := 0; i < len(s); {
			if !isDigit(s[i]) {
				i++
				continue
			}
			end := i + 1
			for j := end; j < len(s) && j-end <= 3 && (isDigit(s[j]) || strings.IndexByte(" ()-.", s[j]) >= 0); j++ {
				if isDigit(s[j]) {
					end = j + 1
				}
			}
			if !yield(i, s[i:end]) {
				return
			}
			i = end
		}
	}
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func digitGroups(run string) []string {
	return strings.FieldsFunc(run, func(r rune) bool { return r < '0' || r > '9' })
}

// phone is the number of these groups in its one form, empty where they are
// none: ten digits, eleven with the country's 7 or 8 before them, or a local
// number, which is written at once or with three digits first.
func phone(groups []string) string {
	digits := strings.Join(groups, "")
	switch {
	case len(digits) == phoneDigits:
		return digits
	case len(digits) == phoneDigits+1 && (digits[0] == '7' || digits[0] == '8'):
		return digits[1:]
	case len(digits) == localDigits && (len(groups) == 1 || len(groups[0]) == 3):
		return digits
	}
	return ""
}
