package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// dayLine is one day of a reckoning in words.
type dayLine struct {
	Date          casework.Date
	Weekday, Kind string
	Counted       int
	Why           string
	Last, Moved   bool
}

type termPage struct {
	Number, Prev string
	What         string
	Term         casework.Term
	Length       string
	From         string
	Law          string
	Rolled       bool
	Days         []dayLine
	// Changed is true if the calendar of the reckoning is no longer there and
	// today's would bring another date.
	Changed bool
	Source  string
	// JSON is the address of the same as data.
	JSON string
}

// showTerm replays the reckoning of a term of the case.
func (p *Portal) showTerm(c *fiber.Ctx, cs *casework.Case, base string) error {
	x, err := p.Office.Explain(cs, c.Params("term"))
	if err != nil {
		return err
	}
	t, r := x.Term, x.Reckoning
	page := termPage{Number: cs.PublicNumber(), Prev: base, What: p.termName(c, t.Kind.Base()), Term: t,
		Length: p.length(c, t.Rule), From: p.word(c, "term.from.", t.Rule.Start), Rolled: r.Raw != r.Due,
		Changed: !x.Same && r.Due != t.Due, Days: p.dayLines(c, r), JSON: base + "/term/" + t.ID + ".json"}
	if reg, err := p.Office.Laws().Version(cs.Procedure.Regime, cs.Procedure.Version); err == nil {
		page.Law = titleOf(reg, p.Kit.Lang(c)) + ", " + templates.FormatNorm(p.Kit.Lang(c), t.Rule.Norm)
	}
	if cal, err := p.Office.Laws().Calendar(t.Calendar); err == nil {
		page.Source = sourceOf(cal, t.Due.Year)
	}
	return p.render(c, fiber.StatusOK, "term", page)
}

// sourceOf names the decree behind a year of a calendar.
func sourceOf(cal *casework.Calendar, year int) string {
	for _, y := range cal.Years() {
		if y.Year == year {
			return y.Source
		}
	}
	return ""
}

// dayLines tells a reckoning day by day in words.
func (p *Portal) dayLines(c *fiber.Ctx, r casework.Reckoning) []dayLine {
	var out []dayLine
	for i, s := range r.Steps {
		line := dayLine{Date: s.Date, Counted: s.Counted, Last: i == len(r.Steps)-1,
			Weekday: p.Kit.T(c, "weekday."+weekdays[s.Date.Weekday()]), Kind: p.word(c, "calendar.", string(s.Kind)),
			Why: p.Kit.T(c, "portal.why."+s.Why)}
		line.Moved = s.Why == casework.WhyRolled || s.Why == casework.WhyRolledTo
		// The roll begins at the last counted day; it stands there once only.
		if line.Moved && i > 0 && r.Steps[i-1].Date == s.Date {
			out[len(out)-1].Why, out[len(out)-1].Moved = line.Why, true
			continue
		}
		out = append(out, line)
	}
	return out
}

// explainTermJSON is the explanation of a date for programs.
func (p *Portal) explainTermJSON(v *visit) error {
	cs, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "term")
	if err != nil {
		return err
	}
	return p.explainTrackedJSON(v.c, &cs)
}

func (p *Portal) explainTrackedJSON(c *fiber.Ctx, cs *casework.Case) error {
	x, err := p.Office.Explain(cs, c.Params("term"))
	if err != nil {
		return err
	}
	return c.JSON(x)
}

var weekdays = map[time.Weekday]string{time.Monday: "mon", time.Tuesday: "tue", time.Wednesday: "wed",
	time.Thursday: "thu", time.Friday: "fri", time.Saturday: "sat", time.Sunday: "sun"}
