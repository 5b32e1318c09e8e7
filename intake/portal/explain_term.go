package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
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
	// Changed is true if today's calendar would bring another date.
	Changed bool
	Source  string
}

// showTerm replays the reckoning of a term of the case.
func (p *Portal) showTerm(c *fiber.Ctx, cs *casework.Case, base string) error {
	for _, t := range cs.Terms {
		if t.ID == c.Params("term") {
			return p.replay(c, cs, t, base)
		}
	}
	return notFound()
}

func (p *Portal) replay(c *fiber.Ctx, cs *casework.Case, t casework.Term, base string) error {
	cal, err := p.Office.Laws().Calendar(t.Calendar)
	if err != nil {
		return err
	}
	r, err := casework.Reckon(t.Rule, t.Start, cal)
	if err != nil {
		return err
	}
	page := termPage{Number: cs.PublicNumber(), Prev: base, What: p.termName(c, t.Kind), Term: t,
		Length: p.length(c, t.Rule), From: p.word(c, "term.from.", t.Rule.Start), Rolled: r.Raw != r.Due,
		Changed: r.Due != t.Due}
	if reg, err := p.Office.Laws().Version(cs.Procedure.Regime, cs.Procedure.Version); err == nil {
		page.Law = titleOf(reg, p.Kit.Lang(c)) + ", " + t.Rule.Norm
	}
	for _, y := range cal.Years() {
		if y.Year == t.Due.Year {
			page.Source = y.Source
		}
	}
	for i, s := range r.Steps {
		line := dayLine{Date: s.Date, Counted: s.Counted, Last: i == len(r.Steps)-1,
			Weekday: p.Kit.T(c, "weekday."+weekdays[s.Date.Weekday()]), Kind: p.word(c, "calendar.", string(s.Kind)),
			Why: p.Kit.T(c, "portal.why."+s.Why)}
		line.Moved = s.Why == casework.WhyRolled || s.Why == casework.WhyRolledTo
		// The roll begins at the last counted day; it stands there once only.
		if line.Moved && i > 0 && r.Steps[i-1].Date == s.Date {
			page.Days[len(page.Days)-1].Why, page.Days[len(page.Days)-1].Moved = line.Why, true
			continue
		}
		page.Days = append(page.Days, line)
	}
	return p.render(c, fiber.StatusOK, "term", page)
}

var weekdays = map[time.Weekday]string{time.Monday: "mon", time.Tuesday: "tue", time.Wednesday: "wed",
	time.Thursday: "thu", time.Friday: "fri", time.Saturday: "sat", time.Sunday: "sun"}
