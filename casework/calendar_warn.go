package casework

import "time"

// warnFrom is the month from which a missing next year is worth a warning:
// the Government's decree on days off is out by then.
const warnFrom = time.November

// MissingYears names the calendars that lack a year which terms will need
// soon: the present one at any time, the next one from 1 November.
func MissingYears(l *Laws, now time.Time) []string {
	today := DateOf(now, Settings{}.Location())
	years := []int{today.Year}
	if today.Month >= warnFrom {
		years = append(years, today.Year+1)
	}
	var out []string
	for name, cal := range l.Calendars {
		for _, y := range years {
			if _, err := cal.Kind(NewDate(y, 1, 1)); err != nil {
				out = appendOnce(out, name)
			}
		}
	}
	return out
}
