package desk

import (
	"net/url"
	"slices"
	"time"

	"priemnaya/casework"
)

// pageRows is how many cases one page of a queue shows.
const pageRows = 50

// maxTrail is how many pages back the pager remembers.
const maxTrail = 40

// tabLink is one tab of the queue.
type tabLink struct {
	Name, Text, Href, Count string
	Current                 bool
}

// queuePage is the data of desk/queue.
type queuePage struct {
	Tabs       []tabLink
	Tab        string
	Filter     filterBar
	Rows       []rowView
	Prev, Next string
	Number     int
	Filtered   bool
	// Query is this page's place: what a form leads back to and a script asks
	// anew. Mark is the state of the rows shown (see listMark).
	Query, Mark string
	// Here and Fresh are the addresses of this page and of its state.
	Here, Fresh string
	Views       []viewLink
	// Offered is true where rows can be decided by one key.
	Offered bool
	Bulk    []bulkButton
	// Looked is true if the page ends before its list because so much was
	// looked through.
	Looked bool
	// Standing are those for whom the reader stands in.
	Standing []standLink
}

// rowView is one case in a list.
type rowView struct {
	ID                           string
	Version                      int64
	Href, Number, Summary, Topic string
	Body, Unit, Officer          string
	Stage                        stageView
	Term                         termView
	Received                     time.Time
	// Waits says what the case waits for.
	Waits []string
	Offer *offerView
}

// listAsked is the list that an address asks for.
type listAsked struct {
	tab   tab
	bar   filterBar
	query casework.Query
	pick  casework.QueuePick
}

// ask reads the list from the address.
func (v *visit) ask(t tab) listAsked {
	a := listAsked{tab: t, bar: v.readFilter(t.name)}
	a.query, a.pick = v.tabQuery(t, pageRows)
	v.apply(a.bar, &a.query, &a.pick)
	a.query.After = v.c.Query("after")
	return a
}

// listQueue shows the queue of the reader, sorted by time left.
func (d *Desk) listQueue(v *visit) error {
	views, err := d.Office.Views(v.ctx, v.by)
	if err != nil {
		return err
	}
	if len(v.c.Request().URI().QueryString()) == 0 {
		if i := slices.IndexFunc(views, func(s casework.SavedView) bool { return s.Default }); i >= 0 {
			return v.Kit.Redirect(v.c, "/desk?"+views[i].Query)
		}
	}
	shown := v.tabs()
	counts, err := v.counts(shown)
	if err != nil {
		return err
	}
	list := v.ask(v.chooseTab(v.c.Query("tab"), shown, counts))
	bar := list.bar
	var found casework.Page
	if bar.Form.OK() {
		found, err = d.Office.PickQueue(v.ctx, v.by, list.query, list.pick)
	}
	if casework.CodeOf(err) == casework.Invalid && list.query.After != "" {
		// A place in the list that is none any more: begin again.
		return v.Kit.Redirect(v.c, "/desk?"+bar.query().Encode())
	}
	if err != nil {
		return err
	}
	page := queuePage{Standing: v.standing(), Tab: list.tab.name, Filter: bar, Filtered: bar.Active > 0 || list.query.Text != "", Rows: v.rows(found.Rows),
		Query: v.place(bar), Mark: listMark(found.Rows), Bulk: v.bulkButtons(list.tab), Looked: found.Next != "" && len(found.Rows) < pageRows}
	if page.Offered, err = v.offer(list.tab, found.Rows, page.Rows); err != nil {
		return err
	}
	for _, t := range shown {
		page.Tabs = append(page.Tabs, tabLink{Name: t.name, Text: v.t("desk.tab." + t.name),
			Href: "/desk?tab=" + t.name, Count: counts[t.name].String(), Current: t.name == list.tab.name})
	}
	page.Here, page.Fresh = "/desk?"+page.Query, "/desk/fresh?"+page.Query
	page.Views = v.viewLinks(views, bar.query().Encode())
	page.Prev, page.Next, page.Number = v.pager("/desk", bar.query(), found.Next)
	return v.Kit.Render(v.c, statusOf(bar.Form), "desk/queue", "desk", "desk.tab."+list.tab.name, page)
}

// place is the whole address of the page of a list, after the question mark.
func (v *visit) place(bar filterBar) string {
	return withPlace(bar.query(), v.steps())
}

// steps are the places of the pages before and, last, of this one.
func (v *visit) steps() []string {
	var steps []string
	for _, place := range v.c.Context().QueryArgs().PeekMulti("p") {
		steps = append(steps, string(place))
	}
	if here := v.c.Query("after"); here != "" {
		steps = append(steps, here)
	}
	return steps
}

// pager makes the addresses of both neighbours. The places of the pages before
// travel in the address, because a keyset knows the way forward only.
func (v *visit) pager(path string, base url.Values, next string) (prev, after string, number int) {
	steps := v.steps()
	number = len(steps) + 1
	if len(steps) > 0 {
		prev = path + "?" + withPlace(base, steps[:len(steps)-1])
	}
	if next != "" {
		steps = append(slices.Clone(steps), next)
		if len(steps) > maxTrail {
			steps = steps[len(steps)-maxTrail:]
		}
		after = path + "?" + withPlace(base, steps)
	}
	return prev, after, number
}

// withPlace writes the last step as the place itself, those before as trail.
func withPlace(base url.Values, steps []string) string {
	values := url.Values{}
	for name, list := range base {
		values[name] = list
	}
	if n := len(steps); n > 0 {
		values.Set("after", steps[n-1])
		values["p"] = steps[:n-1]
	}
	return values.Encode()
}

func (v *visit) rows(found []casework.Row) []rowView {
	out := make([]rowView, 0, len(found))
	for _, r := range found {
		row := rowView{ID: r.ID, Version: r.Version, Href: "/desk/case/" + url.PathEscape(r.ID), Number: rowNumber(r), Summary: r.Summary,
			Topic: v.topicName(r.Topic), Body: v.bodyName(r.Place.Body), Unit: v.unitName(r.Place.Body, r.Place.Unit),
			Officer: v.officerName(r.Place.Body, r.Place.Officer), Stage: v.stage(r.Stage),
			Term: v.rowTerm(r), Received: r.ReceivedAt}
		for _, w := range waitNames {
			// That a draft lies with the head is what its stage says.
			if r.Waits&w.waits != 0 && r.Stage != casework.StageOnSigning {
				row.Waits = append(row.Waits, v.label("desk_queue.waits", w.name))
			}
		}
		if r.Waits&casework.WaitsRework != 0 {
			row.Waits = append(row.Waits, v.label("desk_queue.waits", "rework"))
		}
		out = append(out, row)
	}
	return out
}
