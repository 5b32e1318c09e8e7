package portal

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// readersPage tells which roles have opened a case, and when.
type readersPage struct {
	ID, Number string
	Lines      []readerLine
	Keep       int
}

type readerLine struct {
	Role, Last string
	Day        casework.Date
	Times      int
}

func (p *Portal) showReaders(v *visit) error {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "readers")
	if err != nil {
		return err
	}
	list, err := p.Office.Glances(v.c.UserContext(), v.by, c.ID)
	if err != nil {
		return err
	}
	rules, err := p.Office.ReadingRules()
	if err != nil {
		return err
	}
	page := readersPage{ID: c.ID, Number: c.PublicNumber(), Keep: rules.KeepDays}
	zone := p.settingsOf(c.Place.Body).Location()
	for _, g := range list {
		role := string(g.Role)
		if role == "" {
			role = "staff"
		}
		page.Lines = append(page.Lines, readerLine{Role: p.word(v.c, "portal.readers.role.", role), Day: g.Day, Times: g.Times,
			Last: g.Last.In(zone).Format("15:04")})
	}
	return p.render(v.c, fiber.StatusOK, "readers", page)
}
