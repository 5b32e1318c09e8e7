package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// visit is one request: who reads, in which language, at which moment, and
// what the codes in a case are called.
type visit struct {
	*Desk
	c        *fiber.Ctx
	ctx      context.Context
	by       casework.Actor
	lang     string
	now      time.Time
	registry *casework.Registry
	// made keeps what the rows of a list have in common.
	made  map[string]string
	zones map[string]*time.Location
	// absent are the absences in force, once asked for.
	absent *[]casework.Absence
	// placeList are the territories, once asked for.
	placeList []casework.Territory
}

func (d *Desk) visit(c *fiber.Ctx, by casework.Actor) *visit {
	return &visit{Desk: d, c: c, ctx: c.UserContext(), by: by, lang: d.Kit.Lang(c),
		now: d.Office.Now(), registry: d.Office.Registry(),
		made: map[string]string{}, zones: map[string]*time.Location{}}
}

// once makes a text once in a visit: fifty rows say the same few things.
func (v *visit) once(key string, text func() string) string {
	made, ok := v.made[key]
	if !ok {
		made = text()
		v.made[key] = made
	}
	return made
}

func (v *visit) t(id string, pairs ...any) string { return v.Kit.T(v.c, id, pairs...) }

// label is the text of a coded value, or the value itself where a newer
// regulation knows more values than the texts do.
func (v *visit) label(prefix, value string) string {
	if value == "" {
		return ""
	}
	id := prefix + "." + value
	return v.once(id, func() string {
		if v.Kit.Set().Has(v.lang, id) {
			return v.t(id)
		}
		// What the desk has no words of its own for may have common ones.
		if common := strings.TrimPrefix(id, "desk."); v.Kit.Set().Has(v.lang, common) {
			return v.t(common)
		}
		return value
	})
}

// said is the text of a message key of casework. Those texts speak to an
// applicant; where staff must be told otherwise, the desk has its own.
func (v *visit) said(key string, pairs ...any) string {
	if own := "desk.said." + key; v.Kit.Set().Has(v.lang, own) {
		key = own
	}
	return v.t(key, pairs...)
}

// read opens the case of the address, which writes the reading down.
func (v *visit) read() (casework.Case, error) {
	return v.Office.Read(v.ctx, v.by, v.c.Params("id"), v.purpose())
}

// casePath is the address of the case, or of something below it.
func (v *visit) casePath(below string) string { return "/desk/case/" + v.c.Params("id") + below }

func (d *Desk) backToCase(v *visit) error { return v.Kit.Redirect(v.c, v.casePath("")) }

// today is the date at a body.
func (v *visit) today(body string) casework.Date {
	return casework.DateOf(v.now, v.zone(body))
}

func (v *visit) zone(body string) *time.Location {
	loc, ok := v.zones[body]
	if !ok {
		// Without a body the settings are empty, and that is the default zone.
		b, _ := v.registry.Body(body)
		loc = b.Settings.Location()
		v.zones[body] = loc
	}
	return loc
}

func (v *visit) bodyName(id string) string {
	b, err := v.registry.Body(id)
	switch {
	case err != nil:
		return id
	case b.Short != "":
		return b.Short
	}
	return b.Name
}

func (v *visit) unitName(body, unit string) string {
	b, err := v.registry.Body(body)
	if err != nil {
		return unit
	}
	if i := slices.IndexFunc(b.Units, func(u casework.BodyUnit) bool { return u.ID == unit }); i >= 0 {
		return b.Units[i].Name
	}
	return unit
}

func (v *visit) topicName(code string) string {
	if v.Topics != nil {
		if name, ok := v.Topics.Name(code); ok {
			return name
		}
	}
	return code
}
