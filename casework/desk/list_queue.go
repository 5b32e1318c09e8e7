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
}

// rowView is one case in a list.
type rowView struct {
	Href, Number, Summary, Topic string
	Body, Unit, Officer          string
	Stage                        stageView
	Term                         termView
	Received                     time.Time
}

// listQueue shows the queue of the reader, sorted by time left.
func (d *Desk) listQueue(v *visit) error {
	shown := v.tabs()
	counts, err := v.counts(shown)
	if err != nil {
		return err
	}
	chosen := v.chooseTab(v.c.Query("tab"), shown, counts)
	bar := v.readFilter(chosen.name)
	query := v.tabQuery(chosen, pageRows)
	v.apply(bar, &query)
	query.After = v.c.Query("after")
	var found casework.Page
	if bar.Form.OK() {
		found, err = d.Office.Queue(v.ctx, v.by, query)
	}
	if casework.CodeOf(err) == casework.Invalid && query.After != "" {
		// A place in the list that is none any more: begin again.
		return v.Kit.Redirect(v.c, "/desk?"+bar.query().Encode())
	}
	if err != nil {
		return err
	}
	page := queuePage{Tab: chosen.name, Filter: bar, Filtered: bar.Active > 0 || query.Text != "", Rows: v.rows(found.Rows)}
	for _, t := range shown {
		page.Tabs = append(page.Tabs, tabLink{Name: t.name, Text: v.t("desk.tab." + t.name),
			Href: "/desk?tab=" + t.name, Count: counts[t.name].String(), Current: t.name == chosen.name})
	}
	page.Prev, page.Next, page.Number = v.pager("/desk", bar.query(), found.Next)
	return v.Kit.Render(v.c, statusOf(bar.Form), "desk/queue", "desk", "desk.tab."+chosen.name, page)
}

// pager makes the addresses of both neighbours. The places of the pages before
// travel in the address, because a keyset knows the way forward only.
func (v *visit) pager(path string, base url.Values, next string) (prev, after string, number int) {
	var trail []string
	for _, place := range v.c.Context().QueryArgs().PeekMulti("p") {
		trail = append(trail, string(place))
	}
	here := v.c.Query("after")
	number = len(trail) + 1
	if here != "" {
		number++
		prev = path + "?" + withPlace(base, trail)
	}
	if next != "" {
		steps := trail
		if here != "" {
			steps = append(slices.Clone(trail), here)
		}
		if len(steps) > maxTrail {
			steps = steps[len(steps)-maxTrail:]
		}
		after = path + "?" + withPlace(base, append(slices.Clone(steps), next))
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
		row := rowView{Href: "/desk/case/" + url.PathEscape(r.ID), Number: r.Number, Summary: r.Summary,
			Topic: v.topicName(r.Topic), Body: v.bodyName(r.Place.Body), Unit: v.unitName(r.Place.Body, r.Place.Unit),
			Officer: v.personName(r.Place.Body, r.Place.Officer), Stage: v.stage(r.Stage),
			Term: v.rowTerm(r), Received: r.ReceivedAt}
		if row.Number == "" {
			row.Number = r.Receipt
		}
		out = append(out, row)
	}
	return out
}
