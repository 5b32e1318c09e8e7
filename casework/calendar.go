package casework

import (
	"fmt"
	"sort"
)

// DayKind says what a day is in the production calendar
// (производственный календарь, five-day week).
type DayKind string

// The kinds of days.
const (
	// Workday is an ordinary working day.
	Workday DayKind = "working"
	// ShortDay is a working day one hour shorter; it counts as a working day.
	ShortDay DayKind = "short"
	// MovedWorkday is a Saturday or Sunday made working by a transfer.
	MovedWorkday DayKind = "moved_working"
	// MovedShortDay is such a day, one hour shorter.
	MovedShortDay DayKind = "moved_short"
	// Weekend is a Saturday or Sunday off.
	Weekend DayKind = "weekend"
	// Holiday is a public holiday (Labour Code art. 112).
	Holiday DayKind = "holiday"
	// MovedDayOff is a weekday made a day off by a transfer.
	MovedDayOff DayKind = "moved_off"
	// RegionalHoliday is a day off by the law of a region.
	RegionalHoliday DayKind = "regional_holiday"
)

// Working reports whether bodies work on such a day.
func (k DayKind) Working() bool {
	return k == Workday || k == ShortDay || k == MovedWorkday || k == MovedShortDay
}

// Valid reports whether k is one of the kinds.
func (k DayKind) Valid() bool {
	switch k {
	case Weekend, Holiday, MovedDayOff, RegionalHoliday:
		return true
	}
	return k.Working()
}

// CalendarYear is one year of a production calendar. Days holds every day of
// the year; Source names the decree or publication; Provisional marks a year
// whose decree has not been checked yet.
type CalendarYear struct {
	Year        int
	Source      string
	Provisional bool
	Days        map[Date]DayKind
}

// Calendar is a production calendar of a territory: several years at one
// revision. It is immutable after NewCalendar and safe for parallel use.
type Calendar struct {
	name     string
	revision string
	years    map[int]CalendarYear
}

// NewCalendar checks that every year is whole and makes the calendar. Name is
// the territory ("ru" is federal), revision identifies the edition by which a
// term was computed. Errors: Invalid.
func NewCalendar(name, revision string, years ...CalendarYear) (*Calendar, error) {
	c := &Calendar{name: name, revision: revision, years: map[int]CalendarYear{}}
	for _, y := range years {
		for d := NewDate(y.Year, 1, 1); d.Year == y.Year; d = d.AddDays(1) {
			if _, ok := y.Days[d]; !ok {
				return nil, &Error{Code: Invalid, Op: "casework.NewCalendar",
					Message: "calendar.day_missing", Data: map[string]any{"Date": d.String()},
					Err: fmt.Errorf("calendar %s: no entry for %s", name, d)}
			}
		}
		c.years[y.Year] = y
	}
	return c, nil
}

// Name is the territory of the calendar.
func (c *Calendar) Name() string { return c.name }

// Revision identifies the edition.
func (c *Calendar) Revision() string { return c.revision }

// Years lists the years present, ascending.
func (c *Calendar) Years() []CalendarYear {
	out := make([]CalendarYear, 0, len(c.years))
	for _, y := range c.years {
		out = append(out, y)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Year < out[j].Year })
	return out
}

// Kind tells what day d is. A year that is not loaded is a NoCalendar error,
// never a guess from the day of the week.
func (c *Calendar) Kind(d Date) (DayKind, error) {
	y, ok := c.years[d.Year]
	if !ok {
		return "", &Error{Code: NoCalendar, Op: "casework.Calendar", Message: "calendar.year_missing",
			Data: map[string]any{"Year": d.Year}}
	}
	return y.Days[d], nil
}

// Roll says where a term goes that would end on a day off.
type Roll string

// The rolls. 59-FZ is silent; bodies use either (law.md section 4).
const (
	// RollNone leaves the date where it is.
	RollNone Roll = "none"
	// RollPreceding moves it to the nearest earlier working day.
	RollPreceding Roll = "preceding"
	// RollPrecedingOrStart is RollPreceding that may end on the day of the start
	// event itself: what is owed the day after a decision is owed on the day of
	// the decision if the next day is off (210-FZ art. 11.2 p. 8).
	RollPrecedingOrStart Roll = "preceding_or_start"
	// RollFollowing moves it to the nearest later working day.
	RollFollowing Roll = "following"
)

// Unit is the unit in which a term is counted.
type Unit string

// The units.
const (
	CalendarDays Unit = "calendar"
	WorkingDays  Unit = "working"
)
