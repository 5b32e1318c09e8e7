package desk

import (
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// rowsShown is how many rows of a kind stand in the page as fields; the others
// travel in hidden ones.
const rowsShown = 15

// rowsView is the rows of a kind as the page shows them.
type rowsView struct {
	Kind   string
	Form   *web.Form
	Rows   []bodyRowView
	Hidden []hiddenRow
	// Live counts the rows that are not taken away, Differ those that are not as
	// in force, Matched those that the words or the choice leave.
	Live, Differ, Matched int
	Long                  bool
	Find, Note            string
	Changed, Mistakes     bool
	Page, Pages, Next     int
	Before, After         int
	// Blank is what a script makes a new row of.
	Blank bodyRowView
}

// hiddenRow is a row that is not shown.
type hiddenRow struct{ Name, Value string }

// bodyRowView is one row of fields.
type bodyRowView struct {
	bodyRow
	At   int
	Form *web.Form
	// Prefix begins the names of its fields, Title is what it is called.
	Kind, Prefix, Title string
	New, Differs, Focus bool
	TopicPicks          []pickView
	PlacePick           pickView
	Open, Accounts      int
	// Packed and Said are a row that is taken away, as a field and in words.
	Packed, Said string
}

// pickView is a field for a topic or a territory, with what was found for it.
type pickView struct {
	Name, Value, List, Label string
	Form                     *web.Form
	Picks                    []string
	Focus                    bool
}

// showRows chooses the rows of a kind to show: those with mistakes first, then
// what was asked for.
func (v *visit) showRows(form *web.Form, rows *bodyRows, kind string, now casework.Body) (rowsView, error) {
	list := rows.list(kind)
	view := rowsView{Kind: kind, Form: form, Find: list.Find, Note: list.Note, Changed: list.Changed, Next: list.next(), Long: len(list.Rows) > rowsShown}
	inForce := map[string]bool{}
	of := v.rowsOf(now)
	for _, row := range of.list(kind).Rows {
		inForce[row.same()] = true
	}
	var matched []int
	differs := func(row bodyRow) bool { return row.Gone || !row.Known || !inForce[row.same()] }
	for i, row := range list.Rows {
		if !row.Gone {
			view.Live++
		}
		if differs(row) {
			view.Differ++
		}
		if row.holds(list.Find) && (!list.Changed || differs(row)) {
			matched = append(matched, i)
		}
	}
	view.Matched = len(matched)
	view.Pages = max(1, (len(matched)+rowsShown-1)/rowsShown)
	view.Page = min(max(1, list.Page), view.Pages)
	shown := matched[min(len(matched), (view.Page-1)*rowsShown):min(len(matched), view.Page*rowsShown)]
	if bad := v.badRows(form, list); !subset(bad, shown) {
		shown, view.Mistakes = bad, true
	}
	for i, row := range list.Rows {
		if !slices.Contains(shown, i) {
			view.Hidden = append(view.Hidden, hiddenRow{Name: kind + "." + strconv.Itoa(row.N), Value: v.packRow(row)})
			continue
		}
		line := v.rowFields(form, rows, list, row)
		line.At, line.New, line.Focus = i+1, !row.Known, list.Focus == row.N
		line.Differs = row.Known && !row.Gone && differs(row)
		line.Title = v.rowTitle(kind, i)
		view.Rows = append(view.Rows, line)
	}
	if kind == unitRows {
		if err := v.unitsLeave(view.Rows, now); err != nil {
			return view, err
		}
	}
	view.Before, view.After = view.Page-1, view.Page+1
	view.Blank = v.rowFields(form, rows, list, bodyRow{N: 0})
	view.Blank.New = true
	return view, nil
}

// rowFields makes the fields of a row.
func (v *visit) rowFields(form *web.Form, rows *bodyRows, list *rowList, row bodyRow) bodyRowView {
	line := bodyRowView{bodyRow: row, Form: form, Kind: list.Kind, Prefix: list.Kind + "." + strconv.Itoa(row.N)}
	if len(row.Topics) == 0 {
		row.Topics = []string{""}
	}
	pick := func(part, value, of, label string) pickView {
		name := list.field(row, part)
		return pickView{Name: name, Value: value, List: of, Label: v.t(label), Form: form, Picks: rows.picks[name]}
	}
	for k, t := range row.Topics {
		p := pick(topicPart(k), t, "topics", "desk_body.topic")
		p.Focus = list.Focus == row.N && t == "" && row.Known == (k > 0)
		line.TopicPicks = append(line.TopicPicks, p)
	}
	if row.Gone {
		line.Packed, line.Said = v.packRow(row), row.said()
	}
	line.PlacePick = pick("place", row.Place, "places", "desk_body.place")
	return line
}

// badRows are the places of the rows with mistakes.
func (v *visit) badRows(form *web.Form, list *rowList) []int {
	var out []int
	bad := map[string]bool{}
	for _, p := range form.Problems() {
		if rest, mine := strings.CutPrefix(p.Name, list.Kind+"."); mine {
			n, _, _ := strings.Cut(rest, ".")
			bad[n] = true
		}
	}
	for i, row := range list.Rows {
		if bad[strconv.Itoa(row.N)] {
			out = append(out, i)
		}
	}
	return out
}

// said is a row in words: the name of a unit, the matter of a competence.
func (row bodyRow) said() string {
	parts := []string{row.Name, row.Code}
	if row.Name+row.Code == "" {
		parts = []string{strings.Join(row.Topics, ", "), row.Place}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

func subset(some, all []int) bool {
	return !slices.ContainsFunc(some, func(i int) bool { return !slices.Contains(all, i) })
}

// unitsLeave says what still hangs on the units that are to be taken away: open
// cases, which forbid it, and roles of accounts, which are walked once for all.
func (v *visit) unitsLeave(rows []bodyRowView, now casework.Body) error {
	var leaving []*bodyRowView
	for i := range rows {
		line := &rows[i]
		old := slices.ContainsFunc(now.Units, func(u casework.BodyUnit) bool { return u.ID == line.Code })
		if !line.Gone || !old {
			continue
		}
		leaving = append(leaving, line)
		var err error
		if line.Open, err = v.Office.OpenAt(v.ctx, now.ID, line.Code); err != nil {
			return err
		}
	}
	if len(leaving) == 0 || v.Admin.Staff == nil {
		return nil
	}
	for after := ""; ; {
		list, next, err := v.Admin.Staff.Page(v.ctx, StaffQuery{Body: now.ID, After: after})
		if err != nil {
			return err
		}
		for _, s := range list {
			for _, line := range leaving {
				if slices.ContainsFunc(s.Grants, func(g casework.Grant) bool { return g.Body == now.ID && g.Unit == line.Code }) {
					line.Accounts++
				}
			}
		}
		if after = next; after == "" {
			return nil
		}
	}
}
