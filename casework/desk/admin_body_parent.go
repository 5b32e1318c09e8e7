package desk

import (
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// parentsListed is how many bodies a list to choose a parent from may have;
// among more of them it is typed, with names offered.
const parentsListed = 100

// parentOptions lists the bodies that may be superior; nil if they are too
// many, then the field says the parent by name.
func (v *visit) parentOptions(form *web.Form) []templates.Option {
	bodies := v.registry.Bodies()
	if len(bodies) > parentsListed {
		if b, err := v.registry.Body(form.Value("parent")); err == nil {
			form.Values["parent"] = []string{bodyText(b)}
		}
		return nil
	}
	out := []templates.Option{{Text: v.t("desk.admin.body.no_parent")}}
	for _, b := range bodies {
		if b.ID != form.Value("id") {
			out = append(out, templates.Option{Value: b.ID, Text: b.Name})
		}
	}
	return out
}

// bodyText says a body so that it can be typed back.
func bodyText(b casework.Body) string { return b.Name + " (" + b.ID + ")" }

// parentFrom is the code of the parent typed: as a code, as a name, or as both.
// The registry refuses what is none.
func (v *visit) parentFrom(form *web.Form) string {
	typed := oneLine(form.Value("parent"))
	code := typed
	if i := strings.LastIndex(typed, "("); i >= 0 && strings.HasSuffix(typed, ")") {
		code = typed[i+1 : len(typed)-1]
	}
	if _, err := v.registry.Body(code); err == nil || typed == "" {
		return code
	}
	if f := choose(typed, v.findBodies(typed, picksShown), v.fullName, v.fullName); f.ok {
		return f.code
	}
	return typed
}

func (v *visit) fullName(id string) string {
	b, err := v.registry.Body(id)
	if err != nil {
		return id
	}
	return b.Name
}

// findBodies finds bodies by words of their names, whole names first.
func (v *visit) findBodies(words string, limit int) []string {
	words = strings.ToLower(words)
	var whole, part []string
	for _, b := range v.registry.Bodies() {
		switch name := strings.ToLower(b.Name); {
		case name == words:
			whole = append(whole, b.ID)
		case strings.Contains(name+" "+strings.ToLower(b.Short)+" "+b.ID, words):
			part = append(part, b.ID)
		}
	}
	all := append(whole, part...)
	return all[:min(len(all), limit)]
}
