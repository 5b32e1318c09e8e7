package desk

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// filterNames are the fields of the filter bar, in the order of the page.
var filterNames = []string{"q", "applicant", "body", "unit", "officer", "topic", "territory", "regime", "channel", "waits", "from", "to"}

// shortList is how many options a select may have before it becomes a field.
const shortList = 100

// filterBar is the filter of a queue as its template shows it. An empty list
// of options shows a field to type in, or nothing where there is no choice.
type filterBar struct {
	Form *web.Form
	Tab  string
	// Active counts the fields in use besides the text.
	Active      int
	OneBody     bool
	Bodies      []templates.Option
	Units       []templates.Option
	Officers    []templates.Option
	Territories []templates.Option
	Doors       []templates.Option
	Regimes     []templates.Option
	// Waits is empty but on the list of those that wait.
	Waits []templates.Option
}

// readFilter takes the filter from the address and fills the choices.
func (v *visit) readFilter(tabName string) filterBar {
	bar := filterBar{Form: templates.NewForm(), Tab: tabName}
	for _, name := range filterNames {
		if value, _ := templates.CleanLine(v.c.Query(name), 200); value != "" {
			bar.Form.Values[name] = []string{value}
			if name != "q" {
				bar.Active++
			}
		}
	}
	bodies := v.myBodies()
	body := bar.Form.Value("body")
	if bar.OneBody = len(bodies) == 1; bar.OneBody {
		body = bodies[0].ID
	}
	if len(bodies) > 1 && len(bodies) <= shortList {
		bar.Bodies = v.anyOption("desk.filter.any_body")
		for _, b := range bodies {
			bar.Bodies = append(bar.Bodies, templates.Option{Value: b.ID, Text: v.bodyName(b.ID)})
		}
	}
	if b, err := v.registry.Body(body); err == nil {
		v.fillStaff(&bar, b)
	}
	if all := v.registry.Territories(); len(all) > 0 && len(all) <= shortList {
		bar.Territories = v.anyOption("desk.filter.any_territory")
		for _, place := range all {
			bar.Territories = append(bar.Territories, templates.Option{Value: place.Code, Text: place.Name})
		}
	}
	v.fillCourse(&bar)
	bar.Doors = v.anyOption("desk.filter.any_channel")
	for _, ch := range []casework.Channel{casework.ChannelWeb, casework.ChannelBot, casework.ChannelSite,
		casework.ChannelMFC, casework.ChannelPaper, casework.ChannelOral} {
		bar.Doors = append(bar.Doors, templates.Option{Value: string(ch), Text: v.label("desk.channel", string(ch))})
	}
	return bar
}

// waitNames are what a case can wait for, as the address says it.
var waitNames = []struct {
	name  string
	waits casework.Waiting
}{{"applicant", casework.WaitsApplicant}, {"body", casework.WaitsBody}, {"approval", casework.WaitsApproval}}

// fillCourse offers the regimes in force and, where cases wait, for whom.
func (v *visit) fillCourse(bar *filterBar) {
	bar.Regimes = v.anyOption("desk_queue.any_regime")
	var known []casework.Regime
	for _, law := range v.Office.Laws().Regulations {
		if !slices.Contains(known, law.Regime) {
			known = append(known, law.Regime)
		}
	}
	slices.Sort(known)
	for _, r := range known {
		bar.Regimes = append(bar.Regimes, templates.Option{Value: string(r), Text: v.label("desk_queue.regime", string(r))})
	}
	if bar.Tab != "waiting" {
		return
	}
	bar.Waits = v.anyOption("desk_queue.any_waits")
	for _, w := range waitNames {
		bar.Waits = append(bar.Waits, templates.Option{Value: w.name, Text: v.label("desk_queue.waits", w.name)})
	}
}

// fillStaff offers the units and officers of one body.
func (v *visit) fillStaff(bar *filterBar, b casework.Body) {
	if len(b.Units) > 0 {
		bar.Units = v.anyOption("desk.filter.any_unit")
	}
	for _, u := range b.Units {
		bar.Units = append(bar.Units, templates.Option{Value: u.ID, Text: u.Name})
	}
	names := v.staffNames(b.ID)
	if len(names) == 0 || len(names) > shortList {
		return
	}
	ids := make([]string, 0, len(names))
	for id := range names {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(names[a]+a, names[b]+b) })
	bar.Officers = v.anyOption("desk.filter.any_officer")
	for _, id := range ids {
		bar.Officers = append(bar.Officers, templates.Option{Value: id, Text: v.personName(b.ID, id)})
	}
}

func (v *visit) anyOption(key string) []templates.Option {
	return []templates.Option{{Text: v.t(key)}}
}

// myBodies are the bodies whose cases the reader may see.
func (v *visit) myBodies() []casework.Body {
	ids, all := v.by.Bodies(workRoles...)
	bodies := v.registry.Bodies()
	if all {
		return bodies
	}
	return slices.DeleteFunc(bodies, func(b casework.Body) bool { return !slices.Contains(ids, b.ID) })
}

// noBody is an ID that no body can have.
const noBody = " "

// apply puts the filter into a query; a date that is none is a field error.
func (v *visit) apply(bar filterBar, q *casework.Query, pick *casework.QueuePick) {
	form := bar.Form
	pick.Applicant, q.Regime = form.Value("applicant"), casework.Regime(form.Value("regime"))
	for _, w := range waitNames {
		if bar.Tab == "waiting" && form.Value("waits") == w.name {
			q.Waits = w.waits
		}
	}
	if asked := form.Value("body"); asked != "" {
		q.Bodies = v.bodiesLike(asked)
	}
	q.Unit, q.Topic, q.Territory = form.Value("unit"), form.Value("topic"), form.Value("territory")
	if officer := form.Value("officer"); officer != "" && q.Officer == "" {
		q.Officer = officer
	}
	q.Channel, q.Text = casework.Channel(form.Value("channel")), form.Value("q")
	q.ReceivedFrom = v.day(form, "from", 0)
	// Both days of a period are meant to be within it.
	q.ReceivedTo = v.day(form, "to", 1)
}

// bodiesLike finds a body by its ID, or bodies by words of their names.
func (v *visit) bodiesLike(asked string) []string {
	if _, err := v.registry.Body(asked); err == nil {
		return []string{asked}
	}
	found := []string{noBody}
	for _, b := range v.myBodies() {
		if matches(b, asked) {
			found = append(found, b.ID)
		}
	}
	return found
}

// matches reports whether every word is in one of the body's names.
func matches(b casework.Body, words string) bool {
	name := strings.ToLower(b.Name + " " + b.Short + " " + b.ID)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(name, w) {
			return false
		}
	}
	return true
}

func (v *visit) day(form *web.Form, name string, later int) time.Time {
	value := form.Value(name)
	if value == "" {
		return time.Time{}
	}
	date, err := casework.ParseDate(value)
	if err != nil {
		form.Fail(name, "desk.filter.date_bad")
		return time.Time{}
	}
	return date.AddDays(later).Time(casework.Settings{}.Location())
}

// query is the filter as an address, without the place in the list.
func (bar filterBar) query() url.Values {
	values := url.Values{}
	if bar.Tab != "" {
		values.Set("tab", bar.Tab)
	}
	for _, name := range filterNames {
		if value := bar.Form.Value(name); value != "" {
			values.Set(name, value)
		}
	}
	return values
}
