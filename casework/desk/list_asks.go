package desk

import (
	"time"

	"priemnaya/casework"
)

// askLine is one thing that waits for the reader.
type askLine struct {
	Row       rowView
	What, For string
	Since     time.Time
}

// asks lists what waits for the reader and for those he stands in for.
func (v *visit) asks() ([]askLine, error) {
	list, err := v.Office.AsksOf(v.ctx, v.by)
	if err != nil {
		return nil, err
	}
	out := make([]askLine, 0, len(list))
	for _, a := range list {
		line := askLine{Row: v.rows([]casework.Row{a.Row})[0], What: v.label("desk.ask", string(a.Kind)), Since: a.At}
		if a.For != "" {
			line.For = v.personName(a.Row.Place.Body, a.For)
		}
		out = append(out, line)
	}
	return out, nil
}
