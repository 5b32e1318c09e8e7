package casework_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The oracle is a second implementation of the reckoning of terms, written
// from the text of the law in another style: it keeps the days of the calendar
// as a list of strings in the order of the files, and finds a date by walking
// and filtering that list. It shares neither the dates nor the calendar nor a
// line of code with the program.

// oracleDay is one line of a calendar file.
type oracleDay struct {
	iso  string
	work bool
}

// oracleDays are all days of all files, in order; place finds one.
type oracleDays struct {
	list  []oracleDay
	place map[string]int
}

// oracleTask is a term to be reckoned, in words of the law.
type oracleTask struct {
	n        int
	working  bool
	first    bool // the day of the event counts as the first
	roll     string
	start    string
	standing [][2]string // days on which the clock stands, both included
}

// oracleAnswer is what the oracle found; due is "" if the calendar ends first.
type oracleAnswer struct {
	due, raw string
	// looked is how many days a careful person looks at.
	looked int
}

func readOracleDays(t testing.TB) oracleDays {
	t.Helper()
	files, err := filepath.Glob("regulation/calendar/ru-*.csv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no calendar files: %v", err)
	}
	slices.Sort(files)
	days := oracleDays{place: map[string]int{}}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			cells := strings.Split(strings.TrimSpace(line), ",")
			if len(cells) != 2 || cells[0] == "date" || strings.HasPrefix(cells[0], "#") {
				continue
			}
			days.place[cells[0]] = len(days.list)
			days.list = append(days.list, oracleDay{cells[0], strings.HasSuffix(cells[1], "working") || strings.HasSuffix(cells[1], "short")})
		}
	}
	return days
}

// stands reports whether the clock stands still on a day. ISO dates are in
// the order of their letters.
func (x oracleTask) stands(day string) bool {
	return slices.ContainsFunc(x.standing, func(s [2]string) bool { return s[0] <= day && day <= s[1] })
}

// find answers a task: first the days of the term, then what the body does if
// the last of them is off.
func (o oracleDays) find(x oracleTask) oracleAnswer {
	from := o.place[x.start]
	if x.n == 0 {
		return oracleAnswer{x.start, x.start, 1}
	}
	begin := from + 1
	if x.first {
		begin = from
	}
	var term []int
	for i := begin; i < len(o.list) && len(term) < x.n; i++ {
		if d := o.list[i]; !x.stands(d.iso) && (d.work || !x.working) {
			term = append(term, i)
		}
	}
	if len(term) < x.n {
		return oracleAnswer{}
	}
	last := term[len(term)-1]
	a := oracleAnswer{due: o.list[last].iso, raw: o.list[last].iso, looked: last - from + 1}
	if x.roll == "none" || o.list[last].work {
		return a
	}
	if x.roll == "preceding_or_start" {
		begin = from
	}
	if strings.HasPrefix(x.roll, "preceding") {
		// The last working day within the term; if it has none, the first one
		// after it (law.md section 4).
		for i := last; i >= begin; i-- {
			if o.list[i].work {
				return oracleAnswer{o.list[i].iso, a.raw, a.looked + last - i + 1}
			}
		}
	}
	for i := last; i < len(o.list); i++ {
		if o.list[i].work {
			return oracleAnswer{o.list[i].iso, a.raw, a.looked + i - last + 1}
		}
	}
	return oracleAnswer{}
}
