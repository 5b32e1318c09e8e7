package external

import (
	_ "embed" // the table of statuses
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"priemnaya/casework"
)

// Status is how a case stands, in the words of a cabinet outside.
type Status struct {
	// Code is stable; adapters map it on.
	Code string `json:"code"`
	// Final statuses are followed by no other but a remedy.
	Final bool `json:"final"`
	// Title is what to show, by language.
	Title map[string]string `json:"title"`
	// Portal is the nearest status of services on the state portal, in its
	// words, and Sure whether an official description of its appeals was seen.
	Portal string `json:"-"`
	Sure   bool   `json:"-"`
}

// row is one line of the table; "*" stands for anything.
type row struct {
	event, stage, outcome string
	status                Status
}

// Table maps what happens to a case to statuses outside.
type Table struct{ rows []row }

//go:embed statuses.csv
var statuses string

var columns = []string{"event", "stage", "outcome", "status", "final", "ru", "en", "portal", "sure"}

// ReadTable reads the table that comes with the program. Errors say which line
// is wrong.
func ReadTable() (*Table, error) { return readTable(statuses) }

func readTable(text string) (*Table, error) {
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("external: statuses: %w", err)
	}
	if len(lines) == 0 || strings.Join(lines[0], ",") != strings.Join(columns, ",") {
		return nil, errors.New("external: statuses: the first line must be " + strings.Join(columns, ","))
	}
	t, seen := &Table{}, map[string]bool{}
	for i, l := range lines[1:] {
		r := row{l[0], l[1], l[2], Status{Code: l[3], Final: l[4] == "yes", Title: map[string]string{"ru": l[5], "en": l[6]},
			Portal: l[7], Sure: l[8] == "yes"}}
		key := strings.Join(l[:3], "/")
		if seen[key] || r.event == "" || r.stage == "" || r.outcome == "" || r.status.Code == "" || l[5] == "" || l[6] == "" || l[7] == "" {
			return nil, fmt.Errorf("external: statuses: line %d is empty in places or says what another says", i+2)
		}
		seen[key] = true
		t.rows = append(t.rows, r)
	}
	return t, nil
}

// Of finds the status for an event: the row that names most of it. A named
// event counts more than a named outcome, that more than a named stage. false
// if no row fits.
func (t *Table) Of(event casework.NoticeKind, stage casework.Stage, outcome casework.Outcome) (Status, bool) {
	best, weight := Status{}, -1
	for _, r := range t.rows {
		w := 0
		for _, part := range []struct {
			says, is string
			weight   int
		}{{r.event, string(event), 4}, {r.outcome, string(outcome), 2}, {r.stage, string(stage), 1}} {
			switch part.says {
			case part.is:
				w += part.weight
			case "*":
			default:
				w -= 100
			}
		}
		if w > weight {
			best, weight = r.status, w
		}
	}
	return best, weight >= 0
}
