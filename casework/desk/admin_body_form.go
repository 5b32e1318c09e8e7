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
	return f
}

// bodyLines writes a body as lines to compare.
func (v *visit) bodyLines(b casework.Body) string {
	f := bodyForm(b)
	rows := v.rowsOf(b)
	f.Values["units"], f.Values["rules"] = []string{v.copyRows(&rows.units)}, nil
	for _, row := range rows.rules.Rows {
		f.Values["rules"] = append(f.Values["rules"], nth(row.Topics, 0)+"; "+row.Place)
	}
	return v.plainWords(formText(f))
}

// bodyFrom reads the form back; mistakes go to their fields. The body as it is
// in force says which codes of its rows are old.
func (v *visit) bodyFrom(form *web.Form, rows *bodyRows, now casework.Body) casework.Body {
	get := func(name string) string { return strings.TrimSpace(form.Value(name)) }
	b := casework.Body{ID: get("id"), Name: get("name"), Short: get("short"), Level: casework.Level(get("level")), Parent: v.parentFrom(form),
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
	b.Units, b.Competences = v.unitsFrom(form, rows, now), v.rulesFrom(form, rows, now)
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
