package words

import (
	"slices"
	"testing"
)

// found reports whether a query finds a text, as the stores do it.
func found(text, query string) bool {
	has := IndexTerms(text)
	want := QueryTerms(query)
	return len(want) > 0 && !slices.ContainsFunc(want, func(t string) bool { return !slices.Contains(has, t) })
}

func TestATelephoneIsFoundHoweverItIsWritten(t *testing.T) {
	ways := []string{"+7 (916) 123-45-67", "89161234567", "8 916 123 45 67", "8-916-123-45-67", "79161234567", "9161234567", "916 1234567",
		"+7 916 123.45.67", "8(916)1234567"}
	for _, written := range ways {
		text := "Позвоните мне, мой телефон " + written + ", квартира 12"
		for _, asked := range append(ways, "123-45-67", "1234567", "123 45 67") {
			if !found(text, asked) {
				t.Errorf("%q is not found by %q", written, asked)
			}
			if !found(text, "квартира "+asked) || found(text, "гараж "+asked) {
				t.Errorf("%q with a word beside %q", written, asked)
			}
		}
		for _, other := range []string{"+7 (916) 123-45-68", "9161234568", "123-45-68", "89261234567"} {
			if found(text, other) {
				t.Errorf("%q is found by %q", written, other)
			}
		}
	}
}

func TestATelephoneIsFoundBesideOtherNumbers(t *testing.T) {
	for _, text := range []string{"кв. 5 89161234567", "дом 12 - 8 916 123 45 67", "8 916 123 45 67 8 912 000 11 22", "тел. 5-123-45-67, +79161234567"} {
		for _, asked := range []string{"+7 916 123-45-67", "123-45-67"} {
			if !found(text, asked) {
				t.Errorf("%q is not found by %q", text, asked)
			}
		}
	}
	if !found("кв. 5 89161234567", "5 89161234567") || found("кв. 5 89161234567", "6 89161234567") {
		t.Error("a number is not found together with the flat before it")
	}
}

func TestATelephoneIsTakenOutOfAQueryWhereItStandsItself(t *testing.T) {
	const account, phone = "40817810099910004312", "9991000431"
	for _, query := range []string{account + ", " + phone, phone + ", " + account, account + " " + phone} {
		if got := QueryTerms(query); !slices.Equal(got, []string{account, phone}) {
			t.Errorf("%q asks for %q", query, got)
		}
		if !found("Счёт "+account+", телефон 8 999 100-04-31", query) || found("Телефон 8 999 100-04-31", query) || found("Счёт "+account, query) {
			t.Errorf("%q finds what it should not, or does not find what it should", query)
		}
	}
	// A number within a run of others leaves its neighbours as they were.
	if got := QueryTerms("дом 5 89161234567 - 6"); !slices.Equal(got, []string{"5", "6", "9161234567", "дом"}) {
		t.Errorf("%q", got)
	}
}

func TestOtherNumbersAreFoundAsTheyStand(t *testing.T) {
	text := "Договор 40817810099910004312 от 12.03.2026, дом 44/2а, паспорт 4510 123456, дело 2-1234/2026"
	for _, asked := range []string{"40817810099910004312", "12.03.2026", "44/2а", "4510 123456", "2-1234/2026", "1234", "паспорт"} {
		if !found(text, asked) {
			t.Errorf("not found by %q", asked)
		}
	}
	for _, asked := range []string{"40817810099910004313", "13.03.2026", "4510 123457", ""} {
		if found(text, asked) {
			t.Errorf("found by %q", asked)
		}
	}
}
