package templates

import (
	"fmt"
	"time"
)

var monthNamesRu = [...]string{"январь", "февраль", "март", "апрель", "май", "июнь",
	"июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"}

// FormatMonth writes a month like "2026-10" in words: «октябрь 2026»,
// "October 2026". What is no month is given back as it is.
func FormatMonth(lang, month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	if lang == "en" {
		return t.Format("January 2006")
	}
	return fmt.Sprintf("%s %d", monthNamesRu[t.Month()-1], t.Year())
}
