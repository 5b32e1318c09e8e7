package desk

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// termView is the chip of a term: what is owed and how long there is. Days are
// those of the body's own calendar on the wall.
type termView struct {
	Shown bool
	// Kind is "late", "today", "soon" or "calm"; Icon is its shape.
	Kind, Icon string
	// Left is "осталось 12 дней", Until "ответ до 18 декабря".
	Left, Until string
	Href        string
}

// soonDays is from how many days left a chip warns; a term of registration is
// three days long, so only its last day is a warning.
var soonDays = map[casework.TermKind]int{casework.TermRegister: 1, casework.TermForward: 2}

func (v *visit) chip(kind casework.TermKind, due, today casework.Date) termView {
	soon, ok := soonDays[kind.Base()]
	if !ok {
		soon = 5
	}
	left := today.DaysUntil(due)
	t := termView{Shown: true, Kind: "calm", Icon: "clock"}
	switch {
	case left < 0:
		t.Kind, t.Icon = "late", "bad"
	case left == 0:
		t.Kind, t.Icon = "today", "warn"
	case left <= soon:
		t.Kind, t.Icon = "soon", "warn"
	}
	t.Left = v.once("left "+strconv.Itoa(left), func() string { return v.daysLeft(left) })
	t.Until = v.once("until "+string(kind)+due.String(), func() string {
		loc := casework.Settings{}.Location()
		day := templates.FormatDay(v.lang, due.Time(loc), v.now.In(loc))
		return v.label("desk.term", string(kind.Base())) + " " + v.t("component.until", "Date", day)
	})
	return t
}

func (v *visit) daysLeft(left int) string {
	set := v.Kit.Set()
	switch {
	case left < 0:
		return set.T(v.lang, "component.term_late", nil, -left)
	case left == 0:
		return set.T(v.lang, "component.term_today", nil)
	}
	return set.T(v.lang, "component.term_left", nil, left)
}

func (v *visit) rowTerm(r casework.Row) termView {
	if r.Due.IsZero() {
		return termView{}
	}
	return v.chip(r.DueKind, r.Due, v.today(r.Place.Body))
}

// stageView is the tag of a stage.
type stageView struct{ Code, Text, Kind string }

var stageKinds = map[casework.Stage]string{casework.StageHeld: "warn", casework.StageRouted: "act",
	casework.StageOnSigning: "act", casework.StageAnswered: "good"}

func (v *visit) stage(s casework.Stage) stageView {
	return stageView{Code: string(s), Text: v.label("desk.stage", string(s)), Kind: stageKinds[s]}
}

// statusOf is 422 for a form with errors.
func statusOf(form *web.Form) int {
	if form.OK() {
		return fiber.StatusOK
	}
	return fiber.StatusUnprocessableEntity
}
