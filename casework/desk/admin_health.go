package desk

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// healthView is one line of the page of health.
type healthView struct {
	Name, Text, Do, Kind, StateText, Href string
}

// healthView says a line in the reader's language.
func (v *visit) healthView(l HealthLine) healthView {
	view := healthView{Name: l.Name, Href: l.Href, StateText: v.t("desk.health.state." + l.State),
		Kind: map[string]string{"good": "good", "warn": "warn", "bad": "bad"}[l.State]}
	for name, value := range l.About {
		if at, ok := value.(time.Time); ok {
			l.About[name] = at.In(v.zone(""))
		}
	}
	view.Name, view.Text, view.Do = HealthText(v.Kit.Set(), v.lang, l)
	return view
}

// healthPage is the data of desk/admin_health.
type healthPage struct {
	At    time.Time
	Lines []healthView
	Bad   int
	Warn  int
}

// showHealth shows everything that can fail, what is wrong first, and what to
// do about it. It loads itself again once a minute.
func (d *Desk) showHealth(v *visit) error {
	h, err := d.Admin.Health(v.ctx)
	if err != nil {
		return err
	}
	page := healthPage{At: h.At}
	for _, state := range []string{"bad", "warn", "good"} {
		for _, l := range h.Lines {
			if l.State != state {
				continue
			}
			page.Lines = append(page.Lines, v.healthView(l))
			switch state {
			case "bad":
				page.Bad++
			case "warn":
				page.Warn++
			}
		}
	}
	v.c.Set("Refresh", "60")
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_health", "desk", "desk.admin.health", page)
}

// deadPage is the data of desk/admin_dead.
type deadPage struct {
	Causes  []deadCauseView
	Letters []deadView
	Next    string
	More    bool
	Running *DeadProgress
	Percent int
	Failed  string
}

type deadCauseView struct {
	DeadCause
	MediumText, ReasonText string
}

type deadView struct {
	DeadLetter
	KindText, MediumText, ReasonText string
}

// listDead lists the notices that could not be delivered. The administrator
// sees which and why, never to whom or what.
func (d *Desk) listDead(v *visit) error { return v.renderDead(fiber.StatusOK, "") }

func (v *visit) renderDead(status int, failed string) error {
	page := deadPage{Failed: failed, Running: v.Admin.Dead.Running()}
	causes, more, err := v.Admin.Dead.Causes(v.ctx)
	if err != nil {
		return err
	}
	page.More = more
	for _, c := range causes {
		page.Causes = append(page.Causes, deadCauseView{c, v.label("desk.medium", c.Medium), v.label("desk.admin.reason", c.Reason)})
	}
	list, next, err := v.Admin.Dead.List(v.ctx, v.c.Query("after"))
	if err != nil {
		return err
	}
	page.Next = next
	for _, l := range list {
		page.Letters = append(page.Letters, deadView{l, v.label("desk.notice", l.Kind), v.label("desk.medium", l.Medium), v.label("desk.admin.reason", l.Reason)})
	}
	if r := page.Running; r != nil {
		if r.Done+r.Left > 0 {
			page.Percent = 100 * r.Done / (r.Done + r.Left)
		}
		if !r.Ended {
			v.c.Set("Refresh", "2")
		}
	}
	return v.Kit.Render(v.c, status, "desk/admin_dead", "desk", "desk.admin.dead", page)
}

// redriveDead gives one notice, or all of a cause, another round.
func (d *Desk) redriveDead(v *visit) error {
	form := web.ReadForm(v.c)
	var err error
	if one := form.Value("one"); one != "" {
		id, key, _ := strings.Cut(one, "~")
		err = d.Admin.Dead.Redrive(v.ctx, v.by, id, key)
	} else {
		medium, reason, ok := strings.Cut(form.Value("all"), "~")
		if !ok {
			return v.renderDead(fiber.StatusUnprocessableEntity, v.t("desk.admin.choose"))
		}
		err = d.Admin.Dead.RedriveAll(v.ctx, v.by, DeadCause{Medium: medium, Reason: reason})
	}
	switch casework.CodeOf(err) {
	case "":
		v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.redriven"})
		return v.Kit.Redirect(v.c, "/desk/admin/dead")
	case casework.Conflict, casework.NotFound:
		return v.renderDead(fiber.StatusConflict, v.t("desk.admin.redrive_gone"))
	}
	return err
}

// HealthText says a line of health: what it is, how it is, and what to do about
// it where something is to be done. The page and the command say the same.
func HealthText(set *templates.Set, lang string, l HealthLine) (name, text, do string) {
	data := map[string]any{}
	for key, value := range l.About {
		if at, ok := value.(time.Time); ok {
			value = at.Format("02.01.2006 15:04")
		}
		data[key] = value
	}
	if name = l.Name; name == "" {
		name = set.T(lang, "desk.health."+l.Key+".name", nil)
	}
	id := "desk.health." + l.Key + "." + l.State
	if !set.Has(lang, id) {
		id = "desk.health." + l.Key + ".about"
	}
	text = set.T(lang, id, data)
	if ask := "desk.health." + l.Key + ".do"; l.State != "good" && set.Has(lang, ask) {
		do = set.T(lang, ask, data)
	}
	return name, text, do
}
