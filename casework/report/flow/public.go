package flow

import (
	"slices"
	"strings"

	"priemnaya/casework/report"
)

// Public are the tables for everybody off the books: those of report.Public,
// for the given bodies and months of receipt, behind the same gate. Months are
// written 2026-04; to is included. names gives the name of a body.
func (f *Figures) Public(bodies []string, from, to string, names func(body string) string) ([]report.Table, error) {
	heads := map[string]func(part, body, value string) string{
		"public_months":   func(part, _, _ string) string { return part },
		"public_bodies":   func(_, body, _ string) string { return names(body) },
		"public_sections": func(_, _, value string) string { return "report.section." + orNone(value) },
		"public_channels": func(_, _, value string) string { return "report.channel." + value },
		"public_regimes":  func(_, _, value string) string { return "report.regime." + value },
	}
	kinds := map[string][]string{"m": {"public_months", "public_bodies"}, "s": {"public_sections"}, "c": {"public_channels"}, "r": {"public_regimes"}}
	sums := map[string]map[string][]int{}
	err := f.walk(f.parts(tableOpen, from, to), func(c string, s *series) {
		k, n := s.key, s.cells[0].numbers
		if !slices.Contains(bodies, k[1]) {
			return
		}
		part := strings.TrimPrefix(c, tableOpen+"/")
		for _, name := range kinds[k[0]] {
			head := heads[name](part, k[1], k[2])
			if sums[name] == nil {
				sums[name] = map[string][]int{}
			}
			if sums[name][head] == nil {
				sums[name][head] = make([]int, openSize)
			}
			for i := range openSize {
				sums[name][head][i] += n[i]
			}
		}
	})
	var out []report.Table
	for _, name := range report.PublicTables() {
		out = append(out, report.PublicTable(name, sums[name]))
	}
	return out, err
}

func orNone(section string) string {
	if section == "" {
		return "none"
	}
	return section
}
