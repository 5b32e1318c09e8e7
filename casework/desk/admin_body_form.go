package desk

import (
	"iter"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// bodyForm writes a body into the fields of its form.
func bodyForm(b casework.Body) *web.Form {
	s := b.Settings
	f := templates.NewForm("id", b.ID, "name", b.Name, "short", b.Short, "level", string(b.Level), "parent", b.Parent,
		"address", b.Contacts.Address, "phone", b.Contacts.Phone, "email", b.Contacts.Email, "site", b.Contacts.Site,
		"zone", s.TimeZone, "calendar", s.Calendar, "roll", string(s.Roll), "prefix", s.NumberPrefix, "department", s.Department)
	for name, on := range map[string]bool{"include": s.IncludeStartDay, "publish": s.Publish, "closed": b.Closed, "shield": s.Shield != nil} {
		if on {
			f.Values[name] = []string{"yes"}
		}
	}
	if p := s.Shield; p != nil {
		f.Values["norm"], f.Values["hours"], f.Values["tell"] = []string{p.Norm}, []string{strconv.Itoa(p.Hours)}, []string{strconv.Itoa(p.TellDays)}
		for _, r := range p.Ask {
			f.Values["ask"] = append(f.Values["ask"], string(r))
		}
		for _, r := range p.Allow {
			f.Values["allow"] = append(f.Values["allow"], string(r))
		}
	}
	var units, rules []string
	for _, u := range b.Units {
		units = append(units, strings.Join(append([]string{u.ID, u.Name}, strings.Join(u.Topics, ", ")), "; "))
	}
	for _, c := range b.Competences {
		rules = append(rules, orStar(c.Topic)+" "+orStar(c.Territory))
	}
	f.Values["units"], f.Values["rules"] = []string{strings.Join(units, "\n")}, []string{strings.Join(rules, "\n")}
	return f
}

// orStar writes "any" so that it can be seen.
func orStar(s string) string {
	if s == "" {
		return "*"
	}
	return s
}

// bodyFrom reads the form back; mistakes go to their fields.
func (v *visit) bodyFrom(form *web.Form) casework.Body {
	get := func(name string) string { return strings.TrimSpace(form.Value(name)) }
	b := casework.Body{ID: get("id"), Name: get("name"), Short: get("short"), Level: casework.Level(get("level")), Parent: get("parent"),
		Contacts: casework.Contacts{Address: get("address"), Phone: get("phone"), Email: get("email"), Site: get("site")},
		Settings: casework.Settings{TimeZone: get("zone"), Calendar: get("calendar"), Roll: casework.Roll(get("roll")),
			NumberPrefix: get("prefix"), Department: get("department"), IncludeStartDay: form.Is("include", "yes"), Publish: form.Is("publish", "yes")},
		Closed: form.Is("closed", "yes")}
	if b.Short == "" {
		b.Short = b.Name
	}
	if len(b.ID) < 2 || len(b.ID) > 60 || strings.Trim(b.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		form.Fail("id", "desk.admin.body.bad_id")
	}
	if b.Name == "" || len([]rune(b.Name)) > 400 {
		form.Fail("name", "desk.admin.body.bad_name")
	}
	if b.Settings.Department != "" && !guidForm(b.Settings.Department) {
		form.Fail("department", "desk.admin.body.bad_guid")
	}
	if laws := v.Office.Laws(); b.Settings.Calendar != "" {
		if _, err := laws.Calendar(b.Settings.Calendar); err != nil {
			form.Fail("calendar", "desk.admin.body.bad_calendar")
		}
	}
	if form.Is("shield", "yes") {
		b.Settings.Shield = shieldFrom(form)
	}
	b.Units, b.Competences = unitsFrom(form), v.rulesFrom(form)
	return b
}

func shieldFrom(form *web.Form) *casework.ShieldProcedure {
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Value(name)))
		if err != nil || n < 0 {
			form.Fail(name, "desk.admin.body.bad_number")
		}
		return n
	}
	p := &casework.ShieldProcedure{Norm: strings.TrimSpace(form.Value("norm")), Hours: number("hours"), TellDays: number("tell")}
	for _, r := range form.All("ask") {
		p.Ask = append(p.Ask, casework.Role(r))
	}
	for _, r := range form.All("allow") {
		p.Allow = append(p.Allow, casework.Role(r))
	}
	return p
}

// unitsFrom reads "id; name; topics" line by line.
func unitsFrom(form *web.Form) []casework.BodyUnit {
	var out []casework.BodyUnit
	seen := map[string]bool{}
	for n, line := range textLines(form.Value("units")) {
		parts := strings.SplitN(line, ";", 3)
		if len(parts) < 2 || strings.TrimSpace(parts[0]) == "" || strings.TrimSpace(parts[1]) == "" || seen[strings.TrimSpace(parts[0])] {
			form.Fail("units", "desk.admin.body.bad_unit", "Line", n+1)
			continue
		}
		u := casework.BodyUnit{ID: strings.TrimSpace(parts[0]), Name: strings.TrimSpace(parts[1])}
		seen[u.ID] = true
		if len(parts) == 3 {
			u.Topics = strings.FieldsFunc(parts[2], func(r rune) bool { return r == ',' || r == ' ' })
		}
		out = append(out, u)
	}
	return out
}

// rulesFrom reads "topic territory" line by line; "*" is any.
func (v *visit) rulesFrom(form *web.Form) []casework.Competence {
	var out []casework.Competence
	for n, line := range textLines(form.Value("rules")) {
		parts := strings.Fields(line)
		if len(parts) != 2 || strings.Trim(parts[0]+parts[1], "0123456789.*") != "" {
			form.Fail("rules", "desk.admin.body.bad_rule", "Line", n+1)
			continue
		}
		c := casework.Competence{Topic: strings.TrimSuffix(parts[0], "*"), Territory: strings.TrimSuffix(parts[1], "*")}
		if v.Topics != nil && c.Topic != "" && len(v.Topics.Find(c.Topic, 1)) == 0 {
			form.Fail("rules", "desk.admin.body.no_topic", "Line", n+1, "Topic", c.Topic)
		}
		out = append(out, c)
	}
	return out
}

// textLines gives the lines that are not empty, with their numbers from 0.
func textLines(s string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
			if strings.TrimSpace(line) != "" && !yield(i, line) {
				return
			}
		}
	}
}

// guidForm reports whether s is written as ССТУ.РФ writes identifiers.
func guidForm(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range s {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (r == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", r) {
			return false
		}
	}
	return true
}
