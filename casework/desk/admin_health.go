package desk

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

// Health is what an administrator looks at on a Friday evening.
type Health struct {
	At    time.Time
	Lines []HealthLine
}

// HealthLine is one thing that works or does not.
type HealthLine struct {
	// Key names its texts: desk.health.KEY.name and .do.
	Key string
	// State is good, warn or bad.
	State string
	// About are values for the text desk.health.KEY.STATE or .about.
	About map[string]any
	// Name is used instead of the text where there are several of a kind.
	Name string
	Href string
}

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
	if l.State == "good" && strings.HasPrefix(l.Key, "off_") {
		view.Kind, view.StateText = "plain", v.t("desk_setup.unused")
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

// HealthText says a line of health: what it is, how it is, and what to do about
// it where something is to be done. The page and the command say the same.
func HealthText(set *templates.Set, lang string, l HealthLine) (name, text, do string) {
	data := map[string]any{}
	for key, value := range l.About {
		if at, ok := value.(time.Time); ok {
			value = templates.FormatDateShort(lang, at) + at.Format(", 15:04")
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
