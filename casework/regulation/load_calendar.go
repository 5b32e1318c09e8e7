package regulation

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"priemnaya/casework"
)

// readCalendars reads calendar/NAME-YEAR.csv. Files of one name make one
// calendar; its revision is a hash of their contents, so that a term knows by
// which edition it was reckoned.
func readCalendars(files fs.FS) ([]*casework.Calendar, error) {
	names, err := fs.Glob(files, "calendar/*.csv")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	years := map[string][]casework.CalendarYear{}
	sums := map[string]string{}
	var order []string
	var mistakes []error
	for _, file := range names {
		raw, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, err
		}
		base := strings.TrimSuffix(path.Base(file), ".csv")
		name, _, ok := cutLast(base, "-")
		year, err := ReadCalendarYear(raw, path.Base(file))
		if err != nil || !ok {
			mistakes = append(mistakes, err)
			continue
		}
		if _, seen := years[name]; !seen {
			order = append(order, name)
		}
		years[name] = append(years[name], year)
		sum := sha256.Sum256(append([]byte(sums[name]), raw...))
		sums[name] = hex.EncodeToString(sum[:6])
	}
	var out []*casework.Calendar
	for _, name := range order {
		c, err := casework.NewCalendar(name, sums[name], years[name]...)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		out = append(out, c)
	}
	return out, errors.Join(mistakes...)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// ReadCalendarYear reads one year: comment lines "# source: …" and
// "# provisional: true", a head "date,kind", and a line for every day. name
// is used in messages, which carry the line.
func ReadCalendarYear(raw []byte, name string) (casework.CalendarYear, error) {
	y := casework.CalendarYear{Days: map[casework.Date]casework.DayKind{}}
	sc := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	n := 0
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%s:%d: %s", name, n, fmt.Sprintf(format, args...))
	}
	for sc.Scan() {
		n++
		line := strings.TrimSpace(sc.Text())
		switch {
		case line == "" || line == "date,kind":
			continue
		case strings.HasPrefix(line, "# source:"):
			y.Source = strings.TrimSpace(strings.TrimPrefix(line, "# source:"))
			continue
		case line == "# provisional: true":
			y.Provisional = true
			continue
		case strings.HasPrefix(line, "#"):
			continue
		}
		day, kind, ok := strings.Cut(line, ",")
		d, err := casework.ParseDate(day)
		k := casework.DayKind(kind)
		if !ok || err != nil {
			return y, bad("want a line like 2026-01-12,working")
		}
		if !k.Valid() {
			return y, bad("unknown kind of day %q", kind)
		}
		if y.Year == 0 {
			y.Year = d.Year
		}
		if _, dup := y.Days[d]; dup || d.Year != y.Year {
			return y, bad("%s is there twice or of another year", d)
		}
		y.Days[d] = k
	}
	if y.Source == "" {
		n = 1
		return y, bad("a line \"# source: …\" is needed")
	}
	return y, sc.Err()
}
