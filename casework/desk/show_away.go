package desk

import (
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// holding are the absences in force, asked for once in a visit. Where the book
// does not answer, pages of cases do without: the acts ask it again.
func (v *visit) holding() []casework.Absence {
	if v.Aids.Absences == nil {
		return nil
	}
	if v.absent == nil {
		list, err := v.Aids.Absences.Holding(v.ctx)
		if err != nil {
			return nil
		}
		v.absent = &list
	}
	return *v.absent
}

// away finds who stands in for somebody at a body now.
func (v *visit) away(body, id string) (casework.Absence, bool) {
	list := v.holding()
	i := slices.IndexFunc(list, func(a casework.Absence) bool { return a.Absent == id && a.Body == body })
	if i < 0 || id == "" {
		return casework.Absence{}, false
	}
	return list[i], true
}

// awayText is "отсутствует до …, за него …", or "".
func (v *visit) awayText(body, id string) string {
	a, ok := v.away(body, id)
	if !ok {
		return ""
	}
	return v.t("desk.absence.away", "Date", templates.FormatDate(v.lang, a.To.Time(time.UTC)), "Deputy", a.DeputyName)
}

// officerName is what an officer is called, and who works in his place.
func (v *visit) officerName(body, id string) string {
	name := v.personName(body, id)
	if text := v.awayText(body, id); text != "" {
		return name + " (" + text + ")"
	}
	return name
}

// officerOption offers a member of staff for an assignment.
func (v *visit) officerOption(a casework.Actor, body string) templates.Option {
	o := templates.Option{Value: a.ID, Text: a.Name}
	if text := v.awayText(body, a.ID); text != "" {
		o.Text += " (" + text + ")"
	}
	return o
}
