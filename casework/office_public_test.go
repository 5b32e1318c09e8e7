package casework_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// openData is an office with two bodies that publish and one that does not.
type openData struct {
	*casework.Office
	store *storetest.Memory
	now   time.Time
	n     int
}

func newOpenData(t testing.TB) *openData {
	t.Helper()
	d := &openData{now: at("2026-04-01 10:00:00")}
	d.store = storetest.NewMemory(func() time.Time { return d.now }, nil)
	reg, err := casework.NewRegistry("r1", []casework.Body{
		{ID: "roads", Name: "Комитет дорог", Settings: casework.Settings{Publish: true}},
		{ID: "parks", Name: "Комитет парков", Settings: casework.Settings{Publish: true}},
		{ID: "quiet", Name: "Комитет"},
	}, []casework.Territory{{Code: "99", Name: "Область"}, {Code: "99701", Name: "Заречный"}, {Code: "99702", Name: "Посёлок"}})
	if err != nil {
		t.Fatal(err)
	}
	d.Office, err = casework.NewOffice(casework.OfficeConfig{Store: d.store, Numbers: d.store, Shelf: d.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return d.now }, Laws: honestLaws(), Registry: reg,
		Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
			return casework.Signature{}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// put stores cases of a body as they would stand after routing.
func (d *openData) put(t testing.TB, count int, body, topic, territory string, change func(*casework.Case)) []casework.Case {
	t.Helper()
	var out []casework.Case
	for range count {
		d.n++
		c := casework.Case{ID: fmt.Sprintf("CASE%022d", d.n), Receipt: fmt.Sprintf("R%d", d.n), Stage: casework.StageRegistered,
			Procedure: casework.Procedure{Regime: casework.RegimeAppeal}, Place: casework.Placement{Body: body},
			Origin:  casework.Origin{ReceivedAt: d.now.Add(-time.Duration(d.n) * time.Minute)},
			Subject: casework.Subject{Summary: "Тайна", Topics: []string{topic}, Territory: territory},
			Parties: casework.Parties{Applicants: []casework.Applicant{ivanova()}},
			Content: casework.Content{Text: "Тайна"}}
		if change != nil {
			change(&c)
		}
		saved, err := d.store.Create(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, saved)
	}
	return out
}

func (d *openData) all(t testing.TB, q casework.PublicQuery) []casework.PublicCase {
	t.Helper()
	var out []casework.PublicCase
	if q.Limit == 0 {
		q.Limit = 1000
	}
	for {
		cases, next, err := d.PublicCases(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, cases...)
		if next == "" {
			return out
		}
		q.After = next
	}
}

func TestOnlyBodiesThatPublishAndOnlyLargeCellsAreShown(t *testing.T) {
	d := newOpenData(t)
	d.put(t, casework.PublicCell, "roads", "0003.0009", "99701", nil)
	d.put(t, casework.PublicCell-1, "roads", "0005.0005", "99701", nil)
	d.put(t, casework.PublicCell-1, "parks", "0003.0009", "99701", nil)
	d.put(t, 30, "quiet", "0003.0009", "99701", nil)
	d.put(t, 30, "", "0003.0009", "99701", func(c *casework.Case) { c.Stage = casework.StageReceived })
	d.put(t, 30, "roads", "", "99701", nil)
	d.put(t, 30, "roads", "0004.0001", "99701", func(c *casework.Case) { c.Procedure.Regime = casework.RegimeControl })
	d.put(t, 30, "parks", "0004.0001", "99701", func(c *casework.Case) { c.Origin.ReceivedAt = d.now.Add(-91 * 24 * time.Hour) })
	got := d.all(t, casework.PublicQuery{})
	if len(got) != casework.PublicCell {
		t.Fatalf("%d cases are shown, want %d", len(got), casework.PublicCell)
	}
	for _, p := range got {
		if p.Body != "roads" || p.Section != "0003" || p.Territory != "99701" {
			t.Errorf("%+v", p)
		}
	}
	if _, _, err := d.PublicCases(context.Background(), casework.PublicQuery{Body: "quiet", Window: casework.Window{Limit: 10}}); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a body that publishes nothing: %v", err)
	}
	if _, _, err := d.PublicCases(context.Background(), casework.PublicQuery{}); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("no limit: %v", err)
	}
}

func TestAPlaceIsShownOnlyWhereEnoughOthersStandBesideIt(t *testing.T) {
	d := newOpenData(t)
	d.put(t, 20, "roads", "0003.0009", "99701", nil)
	d.put(t, 2, "roads", "0003.0009", "99702", nil)
	d.put(t, 1, "roads", "0003.0009", "", nil)
	count := map[string]int{}
	for _, p := range d.all(t, casework.PublicQuery{}) {
		count[p.Territory]++
	}
	if count["99701"] != 20 || count["99"] != 2 || count[""] != 1 || count["99702"] != 0 {
		t.Errorf("places: %v", count)
	}
}

func TestAPublicIDTellsNothingAndLeadsToItsCaseOnly(t *testing.T) {
	d := newOpenData(t)
	cases := d.put(t, 12, "roads", "0003.0009", "99701", nil)
	small := d.put(t, 1, "roads", "0005.0005", "99701", nil)
	seen := map[string]bool{}
	for _, p := range d.all(t, casework.PublicQuery{}) {
		if seen[p.ID] || strings.Contains(p.ID, "CASE") {
			t.Errorf("ID %s", p.ID)
		}
		seen[p.ID] = true
		one, err := d.PublicCase(context.Background(), p.ID)
		if err != nil || one != p {
			t.Errorf("%+v is not %+v: %v", one, p, err)
		}
		for i := range len(p.ID) {
			other := "A"
			if p.ID[i] == 'A' {
				other = "B"
			}
			if _, err := d.PublicCase(context.Background(), p.ID[:i]+other+p.ID[i+1:]); casework.CodeOf(err) != casework.NotFound {
				t.Fatalf("a forged ID was answered: %v", err)
			}
		}
	}
	for _, id := range []string{"", "x", cases[0].ID, small[0].ID, strings.Repeat("A", 56), strings.Repeat("A", 5000)} {
		if _, err := d.PublicCase(context.Background(), id); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%.20q: %v", id, err)
		}
	}
	// Its body stops publishing, or the case leaves for one that does not.
	p := d.all(t, casework.PublicQuery{})[0]
	reg, _ := casework.NewRegistry("r2", []casework.Body{{ID: "roads", Name: "Комитет дорог"}}, nil)
	d.SetRegistry(reg)
	if _, err := d.PublicCase(context.Background(), p.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("shown after the body stopped: %v", err)
	}
}

func TestQuestionsAboutOpenDataAreAnsweredByWholeDays(t *testing.T) {
	d := newOpenData(t)
	d.put(t, 15, "roads", "0003.0009", "99701", func(c *casework.Case) { c.Origin.ReceivedAt = at("2026-03-20 14:33:21") })
	d.put(t, 15, "roads", "0003.0009", "99701", func(c *casework.Case) {
		c.Origin.ReceivedAt = at("2026-03-21 00:00:00")
		c.Stage = casework.StageAnswered
	})
	day := casework.NewDate(2026, 3, 20)
	yes, no := true, false
	for name, x := range map[string]struct {
		q    casework.PublicQuery
		want int
	}{
		"the first day":         {casework.PublicQuery{From: day, To: day}, 15},
		"from the second day":   {casework.PublicQuery{From: day.AddDays(1)}, 15},
		"both":                  {casework.PublicQuery{From: day, To: day.AddDays(1)}, 30},
		"a day before":          {casework.PublicQuery{To: day.AddDays(-1)}, 0},
		"open":                  {casework.PublicQuery{Open: &yes}, 15},
		"closed":                {casework.PublicQuery{Open: &no}, 15},
		"the section":           {casework.PublicQuery{Sections: []string{"0003"}}, 30},
		"two sections":          {casework.PublicQuery{Sections: []string{"0005", "0003"}}, 30},
		"another section":       {casework.PublicQuery{Sections: []string{"0005"}}, 0},
		"in pages of seven":     {casework.PublicQuery{Window: casework.Window{Limit: 7}}, 30},
		"the body":              {casework.PublicQuery{Body: "roads"}, 30},
		"the other body":        {casework.PublicQuery{Body: "parks"}, 0},
		"from long before 2026": {casework.PublicQuery{From: casework.NewDate(2020, 1, 1)}, 30},
	} {
		got := d.all(t, x.q)
		if len(got) != x.want {
			t.Errorf("%s: %d cases, want %d", name, len(got), x.want)
		}
		if !slices.IsSortedFunc(got, func(a, b casework.PublicCase) int { return b.Received.Compare(a.Received) }) {
			t.Errorf("%s: not the newest first", name)
		}
	}
	raw, _ := json.Marshal(d.all(t, casework.PublicQuery{}))
	for _, secret := range []string{"Тайна", "Иванова", "14:33", "example.ru", "esia"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("open data hold %q", secret)
		}
	}
}
