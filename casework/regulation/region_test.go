package regulation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestARegionHasDaysOffOfItsOwn(t *testing.T) {
	federal, err := embedded.ReadFile("calendar/ru-2026.csv")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "calendar"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(federal), "2026-04-21,working", "2026-04-21,regional_holiday", 1)
	if err := os.WriteFile(filepath.Join(folder, "calendar", "99-2026.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	laws, err := LoadFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	rule := casework.TermRule{N: 5, Unit: casework.WorkingDays, Roll: casework.RollNone}
	for name, want := range map[string]string{"99": "2026-04-23", "": "2026-04-22", "no-such": "2026-04-22"} {
		cal, err := laws.Calendar(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := casework.Reckon(rule, casework.NewDate(2026, 4, 15), cal)
		if err != nil || r.Due.String() != want {
			t.Errorf("calendar %q: five working days end on %s, want %s, %v", name, r.Due, want, err)
		}
	}
	cal, err := laws.Calendar("99")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cal.Kind(casework.NewDate(2027, 1, 11)); casework.CodeOf(err) != casework.NoCalendar {
		t.Errorf("a year the region has not set is guessed: %v", err)
	}
}
