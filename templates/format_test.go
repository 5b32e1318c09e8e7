package templates

import (
	"testing"
	"time"
)

func TestDatesAreWrittenInWords(t *testing.T) {
	moscow := time.FixedZone("MSK", 3*3600)
	kamchatka := time.FixedZone("", 12*3600)
	kolkata := time.FixedZone("", 5*3600+1800)
	at := time.Date(2026, 12, 18, 14, 5, 0, 0, moscow)
	cases := []struct{ name, got, want string }{
		{"date", FormatDate("ru", at), "18 декабря 2026 года"},
		{"date in English", FormatDate("en", at), "18 December 2026"},
		{"no date", FormatDate("ru", time.Time{}), "—"},
		{"day of this year", FormatDay("ru", at, noon), "18 декабря"},
		{"day of another year", FormatDay("ru", at, noon.AddDate(1, 0, 0)), "18 декабря 2026 года"},
		{"day in English", FormatDay("en", at, noon), "18 December"},
		{"short", FormatDateShort("ru", at), "18.12.2026"},
		{"short in English", FormatDateShort("en", at), "18 Dec 2026"},
		{"with time", FormatDateTime("ru", at), "18 декабря 2026 года, 14:05"},
		{"same zone", FormatDateTimeZone("ru", at, moscow), "18 декабря 2026 года, 14:05"},
		{"another zone", FormatDateTimeZone("ru", at.In(kamchatka), moscow), "18 декабря 2026 года, 23:05 (МСК+9)"},
		{"another zone in English", FormatDateTimeZone("en", at.In(kamchatka), moscow), "18 December 2026, 23:05 (UTC+12)"},
		{"half an hour", FormatDateTimeZone("en", at.In(kolkata), moscow), "18 December 2026, 16:35 (UTC+5.5)"},
		{"Moscow seen from Kamchatka", FormatDateTimeZone("ru", at, kamchatka), "18 декабря 2026 года, 14:05 (МСК)"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

type bare string

func (b bare) String() string { return string(b) }

func TestEveryKindOfDateIsUnderstood(t *testing.T) {
	zone := time.FixedZone("", 12*3600)
	day := time.Date(2026, 12, 18, 0, 0, 0, 0, zone)
	for _, value := range []any{day, &day, "2026-12-18", bare("2026-12-18"), day.UTC()} {
		got, err := moment(value, zone)
		if err != nil || !got.Equal(day) {
			t.Errorf("%T: %v, %v", value, got, err)
		}
	}
	for _, value := range []any{(*time.Time)(nil), "", bare("")} {
		if got, err := moment(value, zone); err != nil || !got.IsZero() {
			t.Errorf("%#v: %v, %v, want no date and no error", value, got, err)
		}
	}
	for _, value := range []any{42, "18.12.2026", nil} {
		if _, err := moment(value, zone); err == nil {
			t.Errorf("%#v was taken for a date", value)
		}
	}
}

func TestDaysLeftCountsCalendarDaysOfTheReader(t *testing.T) {
	zone := time.FixedZone("", 12*3600)
	due := time.Date(2026, 12, 18, 0, 0, 0, 0, zone)
	cases := []struct {
		name string
		now  time.Time
		want int
	}{
		{"one second before midnight", time.Date(2026, 12, 17, 23, 59, 59, 0, zone), 1},
		{"the day itself", time.Date(2026, 12, 18, 23, 59, 59, 0, zone), 0},
		{"the day after", time.Date(2026, 12, 19, 0, 0, 0, 0, zone), -1},
		{"still yesterday in London", time.Date(2026, 12, 17, 12, 0, 0, 0, time.UTC), 0},
		{"over the new year", time.Date(2025, 12, 18, 5, 0, 0, 0, zone), 365},
	}
	for _, c := range cases {
		if got := DaysLeft(due, c.now, zone); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if newYork, err := time.LoadLocation("America/New_York"); err == nil {
		// 1 November 2026 has 25 hours there.
		if got := DaysLeft(time.Date(2026, 11, 2, 0, 0, 0, 0, newYork), time.Date(2026, 11, 1, 0, 0, 0, 0, newYork), newYork); got != 1 {
			t.Errorf("over a clock change: %d, want 1", got)
		}
	}
}

func TestSizesAndNumbersAreWrittenForPeople(t *testing.T) {
	cases := []struct{ got, want string }{
		{FormatBytes("ru", 0), "0 Б"}, {FormatBytes("ru", 1023), "1023 Б"}, {FormatBytes("ru", 1024), "1 КБ"},
		{FormatBytes("ru", 1258291), "1,2 МБ"}, {FormatBytes("en", 1258291), "1.2 MB"}, {FormatBytes("ru", 26214400), "25 МБ"},
		{FormatBytes("ru", 1<<60), "1048576 ТБ"},
		{FormatNumber("ru", 9999), "9999"}, {FormatNumber("ru", 12345), "12\u202f345"},
		{FormatNumber("en", 1234567), "1,234,567"}, {FormatNumber("ru", -1234567), "−1\u202f234\u202f567"}, {FormatNumber("en", 100), "100"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
