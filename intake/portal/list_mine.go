package portal

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// minePage is how many cases one page of the list has.
const mineLimit = 20

// caseLine is a case in a list.
type caseLine struct {
	ID, Number, Summary, Body string
	Stage, StageKind          string
	ReceivedAt                time.Time
	// Due is the next date, empty if nothing is owed; What says of what.
	Due  casework.Date
	What string
	Term dueView
}

type minePage struct {
	// Bookings are the coming personal receptions.
	Bookings   []bookingLine
	Drafts     []draftLine
	Cases      []caseLine
	Prev, Next string
}

// listMine lists the person's appeals, newest first, drafts above them. The
// cursors of the pages before are carried along, so that one can go back.
func (p *Portal) listMine(v *visit) error {
	after, trail := v.c.Query("after"), v.c.Query("trail")
	found, err := p.Office.Mine(v.c.UserContext(), v.by, casework.Window{After: after, Limit: mineLimit})
	if err != nil {
		return err
	}
	page := minePage{}
	if after == "" {
		if page.Drafts, err = p.drafts(v); err != nil {
			return err
		}
		if page.Bookings, err = p.bookings(v); err != nil {
			return err
		}
	}
	terms, err := p.Office.RunningTerms(v.c.UserContext(), v.by, found.Rows)
	if err != nil {
		return err
	}
	for _, r := range found.Rows {
		page.Cases = append(page.Cases, p.caseLine(v.c, r, terms[r.ID]))
	}
	if found.Next != "" {
		page.Next = mineAt(found.Next, push(trail, after))
	}
	if after != "" {
		last, rest := pop(trail)
		page.Prev = mineAt(last, rest)
	}
	return p.render(v.c, fiber.StatusOK, "mine", page)
}

func mineAt(after, trail string) string {
	if after == "" {
		return "/my"
	}
	q := url.Values{"after": {after}}
	if trail != "" {
		q.Set("trail", trail)
	}
	return "/my?" + q.Encode()
}

// maxTrail keeps the address of a very long list within what browsers take.
const maxTrail = 3000

// push and pop treat the trail as a stack of escaped cursors; the first page
// has the empty cursor.
func push(trail, cursor string) string {
	if cursor == "" {
		return ""
	}
	trail = strings.TrimPrefix(trail+"~"+url.QueryEscape(cursor), "~")
	for len(trail) > maxTrail {
		_, trail, _ = strings.Cut(trail, "~")
	}
	return trail
}

func pop(trail string) (cursor, rest string) {
	i := strings.LastIndexByte(trail, '~')
	cursor, err := url.QueryUnescape(trail[i+1:])
	if err != nil {
		return "", ""
	}
	return cursor, trail[:max(i, 0)]
}

func (p *Portal) caseLine(c *fiber.Ctx, r casework.Row, terms []casework.Term) caseLine {
	l := caseLine{ID: r.ID, Number: r.Number, Summary: r.Summary, Body: p.bodyName(r.Place.Body),
		Stage: p.word(c, "stage.", string(r.Stage)), StageKind: stageKind(r.Stage), ReceivedAt: r.ReceivedAt}
	if l.Number == "" {
		l.Number = r.Receipt
	}
	// The body's inner terms, such as that of forwarding, are no promise to him.
	for _, t := range terms {
		if slices.Contains(promised, t.Kind) && (l.Due.IsZero() || t.Due.Before(l.Due)) {
			l.Due, l.What = t.Due, p.termName(c, t.Kind)
			l.Term = p.due(t, r.Place.Body, "/case/"+r.ID)
		}
	}
	return l
}

// stageKind is the colour of a stage's tag.
func stageKind(s casework.Stage) string {
	switch {
	case s == casework.StageAnswered:
		return "good"
	case !s.Open():
		return "plain"
	}
	return "act"
}
