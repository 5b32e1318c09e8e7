package desk

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// bodilessKey stands in addresses for cases that no body has.
const bodilessKey = "-"

// readersPage is the data of desk/readers.
type readersPage struct {
	Form   *templates.Form
	Bodies []templates.Option
	Lines  []readerLine
	Day    casework.Date
	Rules  casework.ReadingRules
	BadDay bool
}

// readerLine is one member of staff on one day.
type readerLine struct {
	casework.Reader
	Name, Href, Work string
	Why              []string
}

// showReaders lists who has read the cases of a body on a day, the unusual
// first (promises H6, R5).
func (d *Desk) showReaders(v *visit) error {
	bodies := d.Office.Overseen(v.by)
	if len(bodies) == 0 {
		return casework.Fail(casework.Forbidden, "desk.showReaders", "act.forbidden")
	}
	body, day, bad, err := v.whose(bodies)
	if err != nil {
		return err
	}
	page := readersPage{Form: templates.NewForm("body", bodyKey(body), "day", day.String()), Day: day, BadDay: bad}
	for _, id := range bodies {
		page.Bodies = append(page.Bodies, templates.Option{Value: bodyKey(id), Text: v.overseenName(id)})
	}
	if page.Rules, err = d.Office.ReadingRules(); err != nil {
		return err
	}
	list, err := d.Office.Readers(v.ctx, v.by, body, day)
	if err != nil {
		return err
	}
	for _, r := range list {
		line := readerLine{Reader: r, Name: v.personName(body, r.ID), Work: v.roleNames(r.Roles),
			Href: "/desk/readers/one?" + url.Values{"body": {bodyKey(body)}, "day": {day.String()}, "who": {r.ID}}.Encode()}
		for _, why := range r.Unusual {
			line.Why = append(line.Why, v.label("desk.readers.why", string(why)))
		}
		page.Lines = append(page.Lines, line)
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/readers", "desk", "desk.readers.title", page)
}

// whose reads body and day from the address; a body that is not the reader's
// looks like none.
func (v *visit) whose(bodies []string) (body string, day casework.Date, bad bool, err error) {
	body = bodies[0]
	if key := v.c.Query("body"); key != "" {
		if body = key; key == bodilessKey {
			body = ""
		}
		if !slices.Contains(bodies, body) {
			return "", day, false, casework.Fail(casework.NotFound, "desk.readers", "body.none")
		}
	}
	day = v.today(body)
	if typed := v.c.Query("day"); typed != "" {
		if asked, err := casework.ParseDate(typed); err == nil {
			day = asked
		} else {
			bad = true
		}
	}
	return body, day, bad, nil
}

func bodyKey(body string) string {
	if body == "" {
		return bodilessKey
	}
	return body
}

func (v *visit) overseenName(body string) string {
	switch body {
	case "":
		return v.t("desk.readers.nobody")
	case casework.Everywhere:
		return v.t("desk.readers.everywhere")
	}
	return v.bodyName(body)
}

func (v *visit) roleNames(roles []casework.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, v.label("desk.role", string(r)))
	}
	return strings.Join(out, ", ")
}

// readingLine is one entry of the journal of reads.
type readingLine struct {
	At            time.Time
	Who, Role     string
	Number, Href  string
	Search        string
	Purpose       string
	Outside, Late bool
}

// readerPage is the data of desk/reader.
type readerPage struct {
	Name, Body, Back string
	Day              casework.Date
	Lines            []readingLine
	Next             string
}

// readingRows is how many entries one page shows.
const readingRows = 200

// showReader lists what one member of staff has read and searched on a day.
func (d *Desk) showReader(v *visit) error {
	bodies := d.Office.Overseen(v.by)
	if len(bodies) == 0 {
		return casework.Fail(casework.Forbidden, "desk.showReader", "act.forbidden")
	}
	body, day, _, err := v.whose(bodies)
	if err != nil {
		return err
	}
	who := v.c.Query("who")
	list, next, err := d.Office.Readings(v.ctx, v.by, body, who, day, casework.Window{After: v.c.Query("after"), Limit: readingRows})
	if err != nil {
		return err
	}
	here := url.Values{"body": {bodyKey(body)}, "day": {day.String()}}
	page := readerPage{Name: v.personName(body, who), Body: v.overseenName(body), Day: day, Back: "/desk/readers?" + here.Encode()}
	for _, r := range list {
		page.Lines = append(page.Lines, v.readingLine(body, r))
	}
	if next != "" {
		here.Set("who", who)
		here.Set("after", next)
		page.Next = "/desk/readers/one?" + here.Encode()
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/reader", "desk", "desk.readers.title", page)
}

func (v *visit) readingLine(body string, r casework.Reading) readingLine {
	line := readingLine{At: r.At, Number: r.Number, Purpose: v.label("desk.purpose", r.Purpose), Outside: r.Outside, Late: r.Late,
		Role: v.label("desk.role", string(r.Role))}
	switch {
	case r.Case != "":
		line.Href = "/desk/case/" + url.PathEscape(r.Case)
	case r.More:
		line.Search = v.t("desk.readers.search_more", "Words", r.Words, "Found", r.Found)
	default:
		line.Search = v.t("desk.readers.search", "Words", r.Words, "Found", r.Found)
	}
	return line
}

// caseReadersPage is the data of desk/caseread.
type caseReadersPage struct {
	Case  caseView
	Lines []readingLine
	Next  string
}

// showCaseReaders lists who has opened a case, for its heads and supervisors.
func (d *Desk) showCaseReaders(v *visit) error {
	list, next, err := d.Office.ReadersOf(v.ctx, v.by, v.c.Params("id"), casework.Window{After: v.c.Query("after"), Limit: readingRows})
	if err != nil {
		return err
	}
	c, err := v.Office.Read(v.ctx, v.by, v.c.Params("id"), casework.PurposeCheck)
	if err != nil {
		return err
	}
	page := caseReadersPage{Case: v.caseView(&c)}
	for _, r := range list {
		line := readingLine{At: r.At, Purpose: v.label("desk.purpose", r.Purpose), Role: v.label("desk.role", string(r.Role))}
		switch {
		case r.By == "code":
			line.Who = v.t("desk.caseread.code")
		case c.Parties.Includes(r.By):
			line.Who = v.t("desk.caseread.citizen")
		case strings.HasPrefix(r.By, "staff:"):
			line.Who = v.personName(c.Place.Body, r.By)
		default:
			line.Who = v.t("desk.caseread.system")
		}
		page.Lines = append(page.Lines, line)
	}
	if next != "" {
		page.Next = page.Case.Path + "/readers?" + url.Values{"after": {next}}.Encode()
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/caseread", "desk", "desk.caseread.title", page)
}

// purpose is why a page of a case is opened, found from the way there and the
// page itself; nobody types it.
func (v *visit) purpose() string {
	below := strings.TrimPrefix(v.c.Path(), v.casePath(""))
	switch {
	case strings.HasPrefix(below, "/file/"):
		return casework.PurposeFile
	case strings.HasPrefix(below, "/term"):
		return casework.PurposeTerm
	case below != "" && below != "/":
		return casework.PurposeWork
	}
	from, err := url.Parse(v.c.Get(fiber.HeaderReferer))
	if err != nil || from.Host != string(v.c.Request().Host()) {
		return casework.PurposeDesk
	}
	switch path := from.Path; {
	case path == "/desk/search" && numberLike(from.Query().Get("q")):
		return casework.PurposeNumber
	case path == "/desk/search":
		return casework.PurposeSearch
	case path == "/desk/board", path == "/desk/board/cases", path == "/desk/warnings":
		return casework.PurposeControl
	case strings.HasPrefix(path, "/desk/reviews"), strings.HasPrefix(path, "/desk/readers"):
		return casework.PurposeCheck
	case path == "/desk" && from.Query().Get("q") != "":
		return casework.PurposeSearch
	case path == "/desk":
		return casework.PurposeQueue
	case strings.HasPrefix(path, v.casePath("")):
		return casework.PurposeWork
	}
	return casework.PurposeDesk
}
