package casework_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

var update = flag.Bool("update", false, "write docs/vectors anew from the oracle")

// vectorFile is docs/vectors/terms.json; its README explains every field.
type vectorFile struct {
	About    string         `json:"about"`
	Calendar string         `json:"calendar"`
	Vectors  []vector       `json:"vectors"`
	DaysOff  []string       `json:"daysOff"`
	Worked   []string       `json:"workedWeekends"`
	Count    map[string]int `json:"count"`
}

type vector struct {
	Rule       string         `json:"rule"`
	Regulation string         `json:"regulation"`
	Norm       string         `json:"norm"`
	N          int            `json:"n"`
	Unit       string         `json:"unit"`
	Roll       string         `json:"roll"`
	From       string         `json:"from"`
	Start      string         `json:"start"`
	Settings   vectorSettings `json:"settings"`
	Pauses     [][2]string    `json:"pauses"`
	Due        string         `json:"due"`
	Steps      int            `json:"steps"`
}

type vectorSettings struct {
	Roll            string `json:"roll"`
	IncludeStartDay bool   `json:"includeStartDay"`
}

// vectorStarts are days on which reckoning is hard: before long holidays, on
// worked weekends, at the ends of years and of February.
var vectorStarts = []string{"2024-02-29", "2024-04-26", "2024-12-27", "2025-04-03", "2025-10-02", "2025-11-01",
	"2025-12-02", "2026-01-30", "2026-04-01", "2026-04-09", "2026-12-30", "2027-02-19"}

// makeVectors lets the oracle answer every rule of every regulation at two of
// the hard days under three settings each, and pauses where the regime has them.
func makeVectors(t *testing.T) vectorFile {
	t.Helper()
	b := newOracleBench(t)
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f := vectorFile{About: "Statutory terms reckoned day by day; see README.md.", Count: map[string]int{}}
	f.Calendar = "casework/regulation/calendar/ru-2024.csv to ru-2027.csv"
	r := rand.New(rand.NewPCG(59, 210))
	for _, law := range laws.Regulations {
		name := string(law.Regime) + " " + law.Version
		kinds := []string{}
		for kind := range law.Terms {
			kinds = append(kinds, string(kind))
		}
		slices.Sort(kinds)
		for _, kind := range kinds {
			for i, s := range []casework.Settings{{}, {Roll: casework.RollFollowing}, {IncludeStartDay: true}} {
				c := oracleCase{rule: law.Terms[casework.TermKind(kind)], settings: s, start: vectorStarts[r.IntN(len(vectorStarts))]}
				if _, stops := law.Terms[casework.TermInfo]; stops && i == 2 && strings.HasPrefix(kind, "consider") {
					at := b.days.place[c.start] + 2
					c.standing = [][2]string{{b.days.list[at].iso, b.days.list[at+4].iso}}
				}
				due, looked := b.ask(c)
				pauses := c.standing
				if pauses == nil {
					pauses = [][2]string{}
				}
				f.Vectors = append(f.Vectors, vector{Rule: c.rule.ID, Regulation: name, Norm: c.rule.Norm, N: c.rule.N,
					Unit: string(c.rule.Unit), Roll: string(c.rule.Roll), From: c.rule.Start, Start: c.start, Pauses: pauses,
					Settings: vectorSettings{string(s.Roll), s.IncludeStartDay}, Due: due, Steps: looked})
				f.Count[name]++
			}
		}
	}
	for _, d := range b.days.list {
		date, _ := casework.ParseDate(d.iso)
		weekend := date.Weekday() == 0 || date.Weekday() == 6
		switch {
		case weekend && d.work:
			f.Worked = append(f.Worked, d.iso)
		case !weekend && !d.work:
			f.DaysOff = append(f.DaysOff, d.iso)
		}
	}
	return f
}

var vectorPath = filepath.Join("..", "docs", "vectors", "terms.json")

func TestThePublishedVectorsAreTheOraclesAndTheProgramKeepsThem(t *testing.T) {
	made, err := json.MarshalIndent(makeVectors(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, '\n')
	if *update {
		if err := os.WriteFile(vectorPath, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(vectorPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, made) {
		t.Error("docs/vectors/terms.json is not what the oracle says now; see its README on -update")
	}
	var f vectorFile
	if err := json.Unmarshal(raw, &f); err != nil || len(f.Vectors) < 200 {
		t.Fatalf("%d vectors, %v", len(f.Vectors), err)
	}
	b := newOracleBench(t)
	for i, v := range f.Vectors {
		c := oracleCase{start: v.Start, standing: v.Pauses,
			rule:     casework.TermRule{ID: v.Rule, N: v.N, Unit: casework.Unit(v.Unit), Roll: casework.Roll(v.Roll), Start: v.From},
			settings: casework.Settings{Roll: casework.Roll(v.Settings.Roll), IncludeStartDay: v.Settings.IncludeStartDay}}
		due, steps, err := b.reckon(c, casework.Reckon)
		if err != nil || due != v.Due || steps != v.Steps || due == "" {
			t.Errorf("vector %d (%s from %s): %s after %d days, %v; published %s after %d", i, v.Rule, v.Start, due, steps, err, v.Due, v.Steps)
		}
	}
}

// explanations writes n random explanations as lines of JSON and returns the
// due dates that the program has.
func explanations(t *testing.T, path string, n int) []string {
	t.Helper()
	b, r := newOracleBench(t), rand.New(rand.NewPCG(8, 8))
	var lines bytes.Buffer
	var want []string
	out := json.NewEncoder(&lines)
	for len(want) < n {
		c := b.draw(r)
		start, err := casework.ParseDate(c.start)
		if err != nil {
			t.Fatal(err)
		}
		var pauses []casework.Span
		for _, s := range c.standing {
			from, _ := casework.ParseDate(s[0])
			to, _ := casework.ParseDate(s[1])
			pauses = append(pauses, casework.Span{From: from, To: to})
		}
		rule := casework.ApplySettings(c.settings, c.rule)
		got, err := casework.Reckon(rule, start, b.cal, pauses...)
		if casework.CodeOf(err) == casework.NoCalendar {
			continue
		}
		// The script sees the rule and the list of days, not the date.
		due := got.Due.String()
		got.Due, got.Raw = casework.Date{}, casework.Date{}
		e := casework.Explanation{Term: casework.Term{ID: fmt.Sprint("t", len(want)), Rule: rule, Start: start, Pauses: pauses}, Reckoning: got, Same: true}
		if err := out.Encode(e); err != nil {
			t.Fatal(err)
		}
		want = append(want, due)
	}
	if err := os.WriteFile(path, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return want
}
