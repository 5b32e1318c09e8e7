package report

import (
	"fmt"
	"slices"
	"testing"

	"priemnaya/casework"
)

// came are n stays of a kind in a month of 2026.
func came(n int, month int, change func(*Stay)) []Stay {
	out := make([]Stay, n)
	for i := range out {
		out[i] = Stay{Body: "roads", Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb, Received: casework.NewDate(2026, 1, 10).AddDays(31 * (month - 1)), End: EndAnswered,
			Questions: []Asked{{Topic: topic, Outcome: casework.OutcomeExplained}}}
		if change != nil {
			change(&out[i])
		}
	}
	return out
}

func TestPublicFiguresCountWhatCameWasAnsweredSupportedAndInTime(t *testing.T) {
	stays := slices.Concat(
		came(30, 1, nil),
		came(20, 1, func(s *Stay) { s.Questions[0].Outcome = casework.OutcomeMeasures }),
		came(10, 1, func(s *Stay) { s.Late = true }),
		came(9, 1, func(s *Stay) { s.End = EndForwarded }),
		came(11, 1, func(s *Stay) { s.End, s.Questions[0].Outcome = EndLeft, casework.OutcomeMeasures }),
		came(50, 1, func(s *Stay) { s.End = EndWithdrawn }),
		came(40, 2, func(s *Stay) { s.Questions, s.Body, s.Channel = nil, "admin", casework.ChannelMFC }),
		came(15, 2, func(s *Stay) { s.Questions[0].Topic, s.Regime = "", casework.RegimeServices }),
		came(60, 3, func(s *Stay) { s.Received = casework.NewDate(2025, 12, 31) }),
		came(60, 3, func(s *Stay) { s.Received = casework.Date{} }))
	tables := Public(stays, year(), func(b string) string { return "орган " + b })
	got := map[string]string{}
	for i, table := range tables {
		if table.Name != PublicTables()[i] {
			t.Errorf("table %d is %s", i, table.Name)
		}
		for _, row := range table.Rows {
			text := ""
			for _, c := range row.Cells {
				text += fmt.Sprint(" ", c.N)
			}
			got[table.Name+" "+row.Head] = text[1:]
		}
	}
	want := map[string]string{
		"public_months 2026-01": "80 60 20 50", "public_months 2026-02": "55 55 0 55",
		"public_bodies орган roads": "95 75 20 65", "public_bodies орган admin": "40 40 0 40",
		"public_sections report.section.0003": "80 60 20 50", "public_sections report.section.none": "55 55 0 55",
		"public_channels report.channel.web": "95 75 20 65", "public_channels report.channel.mfc": "40 40 0 40",
		"public_regimes report.regime." + string(casework.RegimeAppeal): "120 100 20 90", "public_regimes report.regime." + string(casework.RegimeServices): "15 15 0 15",
	}
	for head, figures := range want {
		if got[head] != figures {
			t.Errorf("%s: %q, want %q", head, got[head], figures)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d rows: %v", len(got), got)
	}
}

func TestOnlyWhatMustBeHiddenIsHidden(t *testing.T) {
	for _, x := range []struct {
		name string
		sums map[string][]int
		want string
	}{
		{"nothing small", map[string][]int{"a": {30, 20, 10, 15}, "b": {40, 30, 20, 25}}, "30 20 10 15|40 30 20 25"},
		{"a nought is no secret", map[string][]int{"a": {30, 20, 0, 20}, "b": {40, 30, 20, 25}}, "30 20 0 20|40 30 20 25"},
		{"a small figure and the least beside it", map[string][]int{"a": {30, 20, 3, 15}, "b": {40, 30, 20, 25}, "c": {40, 30, 10, 25}}, "30 20 * 15|40 30 20 25|40 30 * 25"},
		{"a telling difference", map[string][]int{"a": {30, 28, 10, 15}, "b": {40, 30, 20, 25}, "c": {50, 40, 20, 25}}, "30 * 10 15|40 * 20 25|50 40 20 25"},
		{"a column with noughts has nothing to hide beside it", map[string][]int{"a": {30, 20, 3, 15}, "b": {40, 30, 0, 25}}, "30 20 * 15|40 30 0 25"},
		{"two hidden cells hide each other", map[string][]int{"a": {30, 20, 3, 15}, "b": {40, 30, 4, 25}, "c": {40, 30, 10, 25}}, "30 20 * 15|40 30 * 25|40 30 10 25"},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := ""
			for _, row := range PublicTable("public_months", x.sums).Rows {
				if got != "" {
					got += "|"
				}
				for i, c := range row.Cells {
					if i > 0 {
						got += " "
					}
					if c.Hidden {
						got += "*"
					} else {
						got += fmt.Sprint(c.N)
					}
				}
			}
			if got != x.want {
				t.Errorf("published is %s, want %s", got, x.want)
			}
		})
	}
}
