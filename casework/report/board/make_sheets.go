package board

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"priemnaya/casework"
	"priemnaya/casework/report"
	"priemnaya/casework/report/flow"
	"priemnaya/templates"
)

// most is how many lines a table shows.
const most = 100

// topics shows what is owed by group of the classifier.
func topics(f *flow.Figures, a *Ask, s *Sheet) error {
	sums, err := f.OwedBy(a.scope)
	t := a.table("topics", "overdue", "three", "seven", "all")
	keys := slices.SortedFunc(maps.Keys(sums), func(x, y string) int {
		return cmp.Or(sums[y].Overdue-sums[x].Overdue, sums[y].Three-sums[x].Three, sums[y].All-sums[x].All, cmp.Compare(x, y))
	})
	for _, k := range keys[:min(most, len(keys))] {
		d := sums[k]
		cell := func(n int, due casework.BoardDue) report.Cell {
			return report.Cell{N: n, Href: casesHref(due, "topic", k)}
		}
		t.Rows = append(t.Rows, report.Line{Head: a.topic(k), Cells: []report.Cell{cell(d.Overdue, casework.BoardOverdue),
			cell(d.Three, casework.BoardThree), cell(d.Seven, casework.BoardSeven), cell(d.All, casework.BoardAll)}})
	}
	s.How = []string{a.t("topics.how")}
	s.Tables = []report.Table{t}
	return err
}

// flowOf shows what came and what left: by day for a month, by week for more.
func flowOf(f *flow.Figures, a *Ask, s *Sheet) error {
	span, step := a.span(f), 1
	if a.Days > 31 {
		step = 7
	}
	name := func(d casework.Date) casework.Date { return span.To.AddDays(-d.DaysUntil(span.To) / step * step) }
	sums, err := f.FlowBy(a.scope, span, func(d casework.Date, _ casework.Placement) string { return name(d).String() })
	if err != nil {
		return err
	}
	t := a.table("flow", "came", "answered", "forwarded", "ended", "late", "repeated", "reopened")
	if step == 7 {
		t.Title = a.t("flow.title_week")
	}
	var labels []string
	var in, out []float64
	cells := func(x flow.Flow) []report.Cell {
		return []report.Cell{number(x.Came), number(x.Answered), number(x.Forwarded), number(x.Ended), number(x.Late), number(x.Repeated), number(x.Reopened)}
	}
	for d := span.To.AddDays(-(a.Days - 1) / step * step); !d.After(span.To); d = d.AddDays(step) {
		x := sums[d.String()]
		labels = append(labels, short(d))
		in, out = append(in, float64(x.Came)), append(out, float64(x.Ended))
		t.Rows = append(t.Rows, report.Line{Head: d.String(), Cells: cells(x)})
	}
	slices.Reverse(t.Rows)
	s.How = []string{a.t("flow.how")}
	s.Plots = []templates.Plot{templates.DrawPlot("flow", t.Title, a.t("flow.desc"), labels,
		[]templates.PlotSeries{{Name: a.t("col.came"), Values: in}, {Name: a.t("col.ended"), Values: out}})}
	places := a.table("places", "came", "answered", "forwarded", "ended", "late", "repeated", "reopened")
	at := map[string]casework.Placement{}
	by, err := f.FlowBy(a.scope, span, func(_ casework.Date, p casework.Placement) string {
		k := p.Body + "|" + p.Unit
		at[k] = p
		return k
	})
	for _, k := range slices.SortedFunc(maps.Keys(by), func(x, y string) int { return cmp.Or(by[y].Came-by[x].Came, cmp.Compare(x, y)) }) {
		places.Rows = append(places.Rows, report.Line{Head: a.unit(at[k]), Cells: cells(by[k])})
	}
	places.Rows = places.Rows[:min(most, len(places.Rows))]
	s.Tables = []report.Table{t, places}
	return err
}

func short(d casework.Date) string { return d.String()[8:] + "." + d.String()[5:7] }

// officerLine is what an officer has now and what he finished.
type officerLine struct {
	casework.BoardLine
	work flow.Work
}

// compare puts those with the most overdue first; names are compared only where
// the numbers are equal.
func (l officerLine) compare(o officerLine) int {
	if n := cmp.Or(o.Overdue-l.Overdue, o.All-l.All); n != 0 {
		return n
	}
	return cmp.Or(cmp.Compare(l.Place.Body, o.Place.Body), cmp.Compare(l.Place.Officer, o.Place.Officer))
}

// workload shows what officers have now and what they finished.
func workload(f *flow.Figures, a *Ask, s *Sheet) error {
	work, err := f.WorkBy(a.scope, a.span(f))
	if err != nil {
		return err
	}
	owed, err := a.Board()
	if err != nil {
		return err
	}
	lines := make([]officerLine, 0, len(owed.Officers)+len(work))
	for _, l := range owed.Officers {
		lines = append(lines, officerLine{l, work[l.Place]})
		delete(work, l.Place)
	}
	for p, w := range work {
		lines = append(lines, officerLine{casework.BoardLine{Place: p}, w})
	}
	slices.SortFunc(lines, officerLine.compare)
	t := a.table("workload", "all", "overdue", "three", "finished", "late", "days")
	for _, l := range lines[:min(most, len(lines))] {
		p, w := l.Place, l.work
		cell := func(n int, due casework.BoardDue) report.Cell {
			return report.Cell{N: n, Href: casesHref(due, "body", p.Body, "officer", p.Officer)}
		}
		who := a.t("no_officer")
		if p.Officer != "" {
			who = a.Names.Officer(p.Body, p.Officer)
		}
		days := text("—")
		if w.Ended > 0 {
			days = a.decimal(float64(w.Days) / float64(w.Ended))
		}
		t.Rows = append(t.Rows, report.Line{Head: who + ", " + a.body(p.Body), Cells: []report.Cell{cell(l.All, casework.BoardAll),
			cell(l.Overdue, casework.BoardOverdue), cell(l.Three, casework.BoardThree), number(w.Ended), number(w.Late), days}})
	}
	s.How = []string{a.t("workload.how", "Days", a.Days)}
	s.Tables = []report.Table{t}
	return nil
}

// trialDays is how many past days are compared with their forecasts.
const trialDays = 30

// forecast shows what will be overdue and how far former forecasts were off.
func forecast(f *flow.Figures, a *Ask, s *Sheet) error {
	now, err := f.Forecast(a.scope)
	if err != nil {
		return err
	}
	trials, err := f.Trials(a.scope, trialDays)
	if err != nil {
		return err
	}
	errors := flow.Errors(trials)
	t := a.table("forecast", "expected", "trials", "was_expected", "was_came", "off")
	t.Rows = []report.Line{{Head: a.t("forecast.now"), Cells: []report.Cell{number(now.Overdue), text("—"), text("—"), text("—"), text("—")}}}
	values, labels := []float64{float64(now.Overdue)}, []string{a.t("forecast.today")}
	for i, e := range errors {
		cells := []report.Cell{a.decimal(now.Ahead[i]), number(e.Trials), text("—"), text("—"), text("—")}
		if e.Trials > 0 {
			cells[2], cells[3], cells[4] = a.decimal(e.Expected), a.decimal(e.Came), a.decimal(e.Off)
		}
		t.Rows = append(t.Rows, report.Line{Head: a.t("forecast.in", "Days", e.Days), Cells: cells})
		values, labels = append(values, now.Ahead[i]), append(labels, a.t("forecast.in", "Days", e.Days))
	}
	s.How = []string{a.t("forecast.how"), a.t("forecast.how_chance"), a.t("forecast.how_error")}
	s.Plots = []templates.Plot{templates.DrawPlot("ahead", a.t("forecast.title"), a.t("forecast.desc"), labels,
		[]templates.PlotSeries{{Name: a.t("col.expected"), Values: values, Bars: true}})}
	s.Tables = []report.Table{t}
	if len(trials) > 0 {
		s.addTrials(a, trials)
	}
	return nil
}

// addTrials shows the forecasts of seven days beside what came.
func (s *Sheet) addTrials(a *Ask, trials []flow.Trial) {
	t := a.table("trials", "was_expected", "was_came", "made")
	var labels []string
	var expected, came []float64
	for _, x := range trials {
		if x.Days != flow.Horizons[0] {
			continue
		}
		made := a.t("trials.own")
		if x.Replayed {
			made = a.t("trials.replayed")
		}
		labels = append(labels, short(x.On))
		expected, came = append(expected, x.Expected), append(came, float64(x.Came))
		t.Rows = append(t.Rows, report.Line{Head: x.On.String(), Cells: []report.Cell{a.decimal(x.Expected), number(x.Came), text(made)}})
	}
	slices.Reverse(t.Rows)
	s.Plots = append(s.Plots, templates.DrawPlot("trials", t.Title, a.t("trials.desc"), labels,
		[]templates.PlotSeries{{Name: a.t("col.was_came"), Values: came}, {Name: a.t("col.was_expected"), Values: expected}}))
	s.Tables = append(s.Tables, t)
}

// ratings shows marks, in lots of five and more, and what came again.
func ratings(f *flow.Figures, a *Ask, s *Sheet) error {
	span := a.span(f)
	marks, err := f.Marks(a.scope, span)
	if err != nil {
		return err
	}
	t := a.table("ratings", "marks", "mean", "m1", "m2", "m3", "m4", "m5")
	for _, p := range slices.SortedFunc(maps.Keys(marks), comparePlaces) {
		m := marks[p]
		cells := []report.Cell{number(m.Count()), a.decimal(m.Mean())}
		for _, n := range m {
			cells = append(cells, number(n))
		}
		t.Rows = append(t.Rows, report.Line{Head: a.unit(p), Cells: cells})
	}
	again := a.table("again", "answered", "repeated", "reopened")
	at := map[string]casework.Placement{}
	sums, err := f.FlowBy(a.scope, span, func(_ casework.Date, p casework.Placement) string {
		k := p.Body + "|" + p.Unit
		at[k] = p
		return k
	})
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(x, y string) int {
		return cmp.Or(sums[y].Reopened-sums[x].Reopened, sums[y].Repeated-sums[x].Repeated, cmp.Compare(x, y))
	}) {
		if x := sums[k]; x.Answered+x.Repeated+x.Reopened > 0 {
			again.Rows = append(again.Rows, report.Line{Head: a.unit(at[k]), Cells: []report.Cell{number(x.Answered), number(x.Repeated), number(x.Reopened)}})
		}
	}
	again.Rows = again.Rows[:min(most, len(again.Rows))]
	s.How = []string{a.t("ratings.how")}
	s.Tables = []report.Table{t, again}
	return err
}

func comparePlaces(x, y casework.Placement) int {
	return cmp.Or(cmp.Compare(x.Body, y.Body), cmp.Compare(x.Unit, y.Unit))
}

// growth shows topics that suddenly grow in a territory.
func growth(f *flow.Figures, a *Ask, s *Sheet) error {
	found, err := f.Growing(a.scope)
	t := a.table("growth", "week", "usual", "where", "chance")
	for _, g := range found[:min(most, len(found))] {
		where := a.t("no_territory")
		if g.Territory != "" {
			where = a.Names.Territory(g.Territory)
		}
		t.Rows = append(t.Rows, report.Line{Head: a.topic(g.Topic) + ", " + a.body(g.Body), Cells: []report.Cell{
			{N: g.Week, Href: casesHref("", "body", g.Body, "topic", g.Topic)}, a.decimal(g.Usual), text(where), text(chance(g.Chance))}})
	}
	s.How = []string{a.t("growth.how", "Least", flow.GrowthLeast, "Weeks", flow.GrowthWeeks)}
	s.Tables = []report.Table{t}
	return err
}

// chance writes a chance as one in so many.
func chance(p float64) string {
	if p < 1e-6 {
		return "< 1 : 1000000"
	}
	return "1 : " + strconv.Itoa(int(1/p))
}
