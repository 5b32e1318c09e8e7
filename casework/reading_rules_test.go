package casework_test

import (
	"errors"
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestReadingRulesOfAFileAreCheckedKeyByKey(t *testing.T) {
	good := `{"note":"x","confidence":"verify","keep_days":400,"times":4,"least":20,"history_days":30,"least_days":5,"outside":30,"night":10,"night_from":22,"night_to":6}`
	if r, err := casework.ParseReadingRules([]byte(good)); err != nil || r.KeepDays != 400 || r.Times != 4 {
		t.Fatalf("%+v %v", r, err)
	}
	for change, field := range map[string]string{`"keep_days":400→"keep_days":1`: "keep_days", `"times":4→"times":1`: "times",
		`"least":20→"least":0`: "least", `"history_days":30→"history_days":4`: "history_days", `"least_days":5→"least_days":31`: "least_days",
		`"outside":30→"outside":9000`: "outside", `"night":10,→`: "night", `"night_from":22→"night_from":5`: "night_from",
		`"night_to":6→"night_to":13`: "night_to", `"times":4→"tmies":4`: "", `"keep_days":400→"keep_days":"400"`: ""} {
		old, new, _ := strings.Cut(change, "→")
		_, err := casework.ParseReadingRules([]byte(strings.Replace(good, old, new, 1)))
		var e *casework.Error
		if !errors.As(err, &e) || e.Code != casework.Invalid || field != "" && (len(e.Fields) == 0 || e.Fields[0].Field != field) {
			t.Errorf("%s: %v", change, err)
		}
	}
}

func TestReadingRulesAreSetByAdministratorsOfEverythingOneAfterTheOther(t *testing.T) {
	b, ctx := newBench(t, "2026-04-01 10:00:00"), t.Context()
	was, err := b.ReadingRules()
	if err != nil || was.Least != 30 {
		t.Fatal(was, err)
	}
	mine := was
	mine.Least = 10
	local := staff("local", casework.RoleAdministrator, "roads")
	for name, by := range map[string]casework.Actor{"a head": head, "an officer": officer, "the administrator of one body": local} {
		if err := b.SaveReadingRules(ctx, by, mine, 0); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := b.SaveReadingRules(ctx, editor, mine, 0); err != nil {
		t.Fatal(err)
	}
	if now, _ := b.ReadingRules(); now.Least != 10 {
		t.Errorf("in force is %+v", now)
	}
	if base, _ := b.BaseReadingRules(); base != was {
		t.Errorf("the base has changed: %+v", base)
	}
	if err := b.SaveReadingRules(ctx, editor, was, 0); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("over a version that nobody has read: %v", err)
	}
	seen, err := b.TakeReadingRules(ctx)
	if err != nil || seen != 1 {
		t.Fatal(seen, err)
	}
	mine.NightFrom = 3
	if err := b.SaveReadingRules(ctx, editor, mine, seen); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a night that begins at three: %v", err)
	}
	if now, _ := b.ReadingRules(); now.NightFrom != was.NightFrom {
		t.Error("a refused rule is in force")
	}
}

func TestRulesOfAFileGoOverTheProgramAndUnderTheBrowser(t *testing.T) {
	b, ctx := newBench(t, "2026-04-01 10:00:00"), t.Context()
	file, _ := b.ReadingRules()
	file.Outside = 7
	if err := b.SetBaseReadingRules(file); err != nil {
		t.Fatal(err)
	}
	if now, _ := b.ReadingRules(); now.Outside != 7 {
		t.Errorf("the file does not count: %+v", now)
	}
	mine := file
	mine.Outside = 9
	if err := b.SaveReadingRules(ctx, editor, mine, 0); err != nil {
		t.Fatal(err)
	}
	now, _ := b.ReadingRules()
	base, _ := b.BaseReadingRules()
	if now.Outside != 9 || base.Outside != 7 {
		t.Errorf("in force %d, base %d", now.Outside, base.Outside)
	}
	file.Times = 0
	if err := b.SetBaseReadingRules(file); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a bad file: %v", err)
	}
}
