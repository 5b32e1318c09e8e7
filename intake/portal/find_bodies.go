package portal

import (
	"slices"
	"strings"

	"priemnaya/casework"
)

// reasons says in plain words why a body is proposed.
func (p *Portal) reasons(v *visit, list []casework.Reason) string {
	var out []string
	for _, r := range list {
		data := map[string]any{}
		for k, x := range r.Data {
			data[k] = x
		}
		if t, ok := p.Topics.Topic(fullCode(r.Data["Topic"])); ok {
			data["Topic"] = t.Name
		}
		// Half-known reasons say nothing to a citizen.
		if data["Topic"] == "" || r.Key == "route.unsure" || r.Key == "route.nobody" {
			continue
		}
		out = append(out, p.Kit.Set().T(p.Kit.Lang(v.c), r.Key, data))
	}
	return strings.Join(out, " ")
}

// fullCode fills the beginning of a classifier code up to a whole one.
func fullCode(code string) string {
	const none = "0000.0000.0000.0000"
	code = strings.TrimSuffix(code, ".")
	if code == "" || len(code) >= len(none) {
		return code
	}
	return code + none[len(code):]
}

// findBodies lists the open bodies whose names hold every word of the query.
func findBodies(reg *casework.Registry, query string) []casework.Body {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ё", "е") }
	words := strings.Fields(fold(query))
	var out []casework.Body
	for _, b := range reg.Bodies() {
		name := fold(b.Name + " " + b.Short + " " + b.Contacts.Address)
		if !b.Closed && len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(name, w) }) {
			out = append(out, b)
		}
	}
	return out
}
