package regulation

import (
	"strings"
	"testing"
	"testing/fstest"

	"priemnaya/casework"
)

func TestTheEmbeddedFilesLoad(t *testing.T) {
	laws, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	old, err := laws.InForce(casework.RegimeAppeal, casework.NewDate(2025, 3, 29))
	if err != nil || old.Version != "2023-09-01" {
		t.Errorf("the day before the amendment: %v, %v", old, err)
	}
	now, err := laws.InForce(casework.RegimeAppeal, casework.NewDate(2025, 3, 30))
	if err != nil || now.Version != "2025-03-30" {
		t.Errorf("the day of the amendment: %v, %v", now, err)
	}
	if _, err := laws.InForce(casework.RegimeAppeal, casework.NewDate(2000, 1, 1)); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("before every edition: %v", err)
	}
}

func TestTheCalendarHasTheWorkingDaysOfTheDecrees(t *testing.T) {
	laws, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	cal, err := laws.Calendar("")
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]int{2024: 248, 2025: 247, 2026: 247, 2027: 247}
	for _, y := range cal.Years() {
		n := 0
		for _, k := range y.Days {
			if k.Working() {
				n++
			}
		}
		if n != want[y.Year] || y.Source == "" || y.Provisional != (y.Year == 2027) {
			t.Errorf("%d: %d working days, source %q, provisional %v", y.Year, n, y.Source, y.Provisional)
		}
	}
	if _, err := cal.Kind(casework.NewDate(2028, 1, 10)); casework.CodeOf(err) != casework.NoCalendar {
		t.Errorf("a year that is not loaded: %v", err)
	}
}

func TestEveryMistakeIsNamedWithFileAndLine(t *testing.T) {
	good, err := embedded.ReadFile("data/59-fz-2025.yaml")
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := embedded.ReadFile("calendar/ru-2026.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ name, old, new, want string }{
		{"unknown unit", "unit: calendar", "unit: weeks", `unit: "weeks" is none of`},
		{"unknown stage", "to: received", "to: recieved", `unknown stage "recieved"`},
		{"unknown role", "by: [officer, head]", "by: [oficer, head]", `unknown role "oficer"`},
		{"unknown term", "opens: [register]", "opens: [registr]", `no term "registr"`},
		{"unknown key", "norm: \"ст. 12 ч. 1\"", "norma: \"ст. 12 ч. 1\"", "norma"},
		{"no date", "in_force_from: 2025-03-30", "in_force_from: 30.03.2025", `"30.03.2025" is not a date`},
		{"no length", "n: 30, ", "", "a number of days from 0 to 2000"},
		{"no norm", ", norm: \"ст. 12 ч. 1\"", "", "norm and id are needed"},
	} {
		files := fstest.MapFS{
			"data/59.yaml":         {Data: []byte(strings.Replace(string(good), x.old, x.new, 1))},
			"calendar/ru-2026.csv": {Data: calendar},
		}
		_, err := Load(files)
		if casework.CodeOf(err) != casework.Invalid || !strings.Contains(err.Error(), x.want) || !strings.Contains(err.Error(), "59.yaml:") && x.name != "unknown key" {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	for _, x := range []struct{ name, old, new, want string }{
		{"a day is missing", "2026-05-04,working\n", "", "2026-05-04"},
		{"a day twice", "2026-05-04,working\n", "2026-05-04,working\n2026-05-04,holiday\n", "ru-2026.csv:1"},
		{"an unknown kind", "2026-05-04,working", "2026-05-04,maybe", `"maybe"`},
		{"no source", "# source:", "# sauce:", "source"},
	} {
		files := fstest.MapFS{
			"data/59.yaml":         {Data: good},
			"calendar/ru-2026.csv": {Data: []byte(strings.Replace(string(calendar), x.old, x.new, 1))},
		}
		if _, err := Load(files); casework.CodeOf(err) != casework.Invalid || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder loads")
	}
}
