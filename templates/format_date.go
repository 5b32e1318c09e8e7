package templates

import (
	"fmt"
	"time"
)

var monthsRu = [...]string{"января", "февраля", "марта", "апреля", "мая", "июня",
	"июля", "августа", "сентября", "октября", "ноября", "декабря"}

// moment turns what pages hold into a time: time.Time, *time.Time, or a date
// type whose String is 2026-12-18. A bare date is not moved between zones.
func moment(value any, zone *time.Location) (time.Time, error) {
	switch v := value.(type) {
	case time.Time:
		return v.In(zone), nil
	case *time.Time:
		if v == nil {
			return time.Time{}, nil
		}
		return v.In(zone), nil
	case fmt.Stringer:
		return bareDate(v.String(), zone)
	case string:
		return bareDate(v, zone)
	}
	return time.Time{}, fmt.Errorf("%T is not a date", value)
}

func bareDate(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(time.DateOnly, text, zone)
}

// FormatDate writes a date in words: «18 декабря 2026 года», "18 December 2026".
func FormatDate(lang string, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	if lang == "en" {
		return t.Format("2 January 2006")
	}
	return fmt.Sprintf("%d %s %d года", t.Day(), monthsRu[t.Month()-1], t.Year())
}

// FormatDay writes a date without the year when it is the year of now:
// «18 декабря», "18 December".
func FormatDay(lang string, t, now time.Time) string {
	if t.IsZero() || t.Year() != now.Year() {
		return FormatDate(lang, t)
	}
	if lang == "en" {
		return t.Format("2 January")
	}
	return fmt.Sprintf("%d %s", t.Day(), monthsRu[t.Month()-1])
}

// FormatDateTime adds hours and minutes: «18 декабря 2026 года, 14:05».
func FormatDateTime(lang string, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return FormatDate(lang, t) + t.Format(", 15:04")
}

// FormatDateTimeZone adds the zone when it differs from the reader's:
// «18 декабря 2026 года, 14:05 (МСК+9)», "…, 14:05 (UTC+12)".
func FormatDateTimeZone(lang string, t time.Time, reader *time.Location) string {
	if t.IsZero() {
		return "—"
	}
	_, own := t.Zone()
	_, theirs := t.In(reader).Zone()
	if own == theirs {
		return FormatDateTime(lang, t)
	}
	name, hours := "UTC", float64(own)/3600
	if lang != "en" {
		name, hours = "МСК", hours-3
	}
	zone := name
	if hours != 0 {
		zone = fmt.Sprintf("%s%+g", name, hours)
	}
	return FormatDateTime(lang, t) + " (" + zone + ")"
}

// FormatDateShort writes a date for tables: 18.12.2026, in English 18 Dec 2026.
func FormatDateShort(lang string, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	if lang == "en" {
		return t.Format("2 Jan 2006")
	}
	return t.Format("02.01.2006")
}

// DaysLeft counts calendar days from now to the due date in the zone: 0 on the
// day itself, negative when it has passed. Clock changes do not shift it.
func DaysLeft(due, now time.Time, zone *time.Location) int {
	day := func(t time.Time) int64 {
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	return int(day(due) - day(now))
}
