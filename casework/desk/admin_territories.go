package desk

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// TerritoryEdit puts rows over the list of territories: new codes are added,
// known ones changed, none is taken away. Seen is the mark of the list that its
// editor saw.
type TerritoryEdit struct {
	Rows      []casework.Territory
	Seen, Why string
}

// LineMistake is what is wrong with a line of an imported file; Key is a text,
// Code what stands in the place of the code.
type LineMistake struct {
	Line      int
	Key, Code string
}

// territoriesPage is the data of desk/admin_territories.
type territoriesPage struct {
	Form  *templates.Form
	Lines []territoryLine
	Total int
	More  bool
}

type territoryLine struct {
	casework.Territory
	Href, Parent string
	Rules        int
	Offered      bool
}

// listTerritories lists and finds territories.
func (d *Desk) listTerritories(v *visit) error {
	q := strings.ToLower(strings.TrimSpace(v.c.Query("q")))
	all := v.registry.Territories()
	page := territoriesPage{Form: templates.NewForm("q", v.c.Query("q")), Total: len(all)}
	rules, today := v.territoryRules(), v.today("")
	for _, t := range all {
		if !strings.HasPrefix(t.Code, strings.ReplaceAll(q, " ", "")) && !strings.Contains(strings.ToLower(t.Name), q) {
			continue
		}
		if page.More = len(page.Lines) == bodiesShown; page.More {
			break
		}
		page.Lines = append(page.Lines, territoryLine{Territory: t, Href: "/desk/admin/territory?code=" + t.Code,
			Parent: v.territoryParent(t.Code), Rules: len(rules[t.Code]), Offered: t.On(today)})
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_territories", "desk", "desk_setup.territory.title", page)
}

// territoryParent is the name of the territory above: the longest beginning of
// the code that is one.
func (v *visit) territoryParent(code string) string {
	for n := len(code) - 1; n > 0; n-- {
		if name := v.registry.TerritoryName(code[:n]); name != code[:n] {
			return name
		}
	}
	return ""
}

// territoryRules lists the bodies that have competences at exactly a code.
func (v *visit) territoryRules() map[string][]string {
	out := map[string][]string{}
	for _, b := range v.registry.Bodies() {
		for _, c := range b.Competences {
			if !b.Closed && !slices.Contains(out[c.Territory], b.ID) {
				out[c.Territory] = append(out[c.Territory], b.ID)
			}
		}
	}
	return out
}

// territoryPage is the data of desk/admin_territory.
type territoryPage struct {
	Form    *web.Form
	New     bool
	Parent  string
	Bodies  []string
	History []changeView
}

// editTerritory opens a territory, or an empty form.
func (d *Desk) editTerritory(v *visit) error {
	code := v.c.Query("code")
	form := templates.NewForm("new", "yes")
	if code != "" {
		list := v.registry.Territories()
		i := slices.IndexFunc(list, func(t casework.Territory) bool { return t.Code == code })
		if i < 0 {
			return casework.Fail(casework.NotFound, "desk.editTerritory", "body.none")
		}
		t := list[i]
		form = templates.NewForm("code", t.Code, "name", t.Name, "since", t.Since.String(), "until", t.Until.String())
	}
	form.Values["seen"] = []string{d.Admin.Registry.SeenTerritories(v.registry.Territories())}
	return v.renderTerritory(fiber.StatusOK, territoryPage{Form: form, New: code == ""})
}

func (v *visit) renderTerritory(status int, page territoryPage) error {
	if !page.New {
		page.Parent = v.territoryParent(page.Form.Value("code"))
		for _, id := range v.territoryRules()[page.Form.Value("code")] {
			page.Bodies = append(page.Bodies, v.bodyName(id))
		}
	}
	list, _, err := v.Admin.Registry.Changes(v.ctx, TerritoriesSubject, "")
	if err != nil {
		return err
	}
	for _, c := range list[:min(len(list), historyShown)] {
		page.History = append(page.History, v.changeView(c))
	}
	return v.Kit.Render(v.c, status, "desk/admin_territory", "desk", "desk_setup.territory.single", page)
}

// proposeTerritory makes a change of one territory, decided on its own page.
func (d *Desk) proposeTerritory(v *visit) error {
	form := web.ReadForm(v.c)
	page := territoryPage{Form: form, New: form.Is("new", "yes")}
	code, ok := d.Admin.Registry.TerritoryCode(form.Value("code"))
	if !ok {
		form.Fail("code", "territory.code", "Code", form.Value("code"))
	}
	t := casework.Territory{Code: code, Name: strings.TrimSpace(form.Value("name")),
		Since: dateFrom(form, "since"), Until: dateFrom(form, "until")}
	known := slices.ContainsFunc(v.registry.Territories(), func(x casework.Territory) bool { return x.Code == t.Code })
	switch {
	case page.New && known:
		form.Fail("code", "territory.twice", "Code", t.Code)
	case ok && !page.New && !known:
		return casework.Fail(casework.NotFound, "desk.proposeTerritory", "body.none")
	}
	if v.needWhy(form); !form.OK() {
		return v.renderTerritory(fiber.StatusUnprocessableEntity, page)
	}
	c, err := d.Admin.Registry.ProposeTerritories(v.ctx, v.by, TerritoryEdit{Rows: []casework.Territory{t}, Seen: form.Value("seen"), Why: form.Value("why")})
	if err == nil {
		return v.Kit.Redirect(v.c, "/desk/admin/change/"+c.ID)
	}
	if !v.territoryFailed(form, err, "name") {
		return err
	}
	form.Values["seen"] = []string{d.Admin.Registry.SeenTerritories(v.registry.Territories())}
	return v.renderTerritory(adminStatus(err), page)
}

// territoryFailed puts mistakes of a list to the fields of a form.
func (v *visit) territoryFailed(form *web.Form, err error, field string) bool {
	e, ok := err.(*casework.Error)
	if !ok || e.Code != casework.Invalid {
		return v.failed(form, err, field)
	}
	for _, f := range e.Fields {
		at := map[string]string{"territory.code": "code", "territory.twice": "code", "territory.dates": "until"}[f.Key]
		if field != "name" || at == "" {
			at = field
		}
		form.Fail(at, f.Key, pairs(f.Data)...)
	}
	return len(e.Fields) > 0
}

// dateFrom reads a date that may be left out.
func dateFrom(form *web.Form, name string) casework.Date {
	typed := strings.TrimSpace(form.Value(name))
	if typed == "" {
		return casework.Date{}
	}
	d, err := casework.ParseDate(typed)
	if err != nil {
		form.Fail(name, "desk_setup.bad_date")
	}
	return d
}

// importPage is the data of desk/admin_import.
type importPage struct {
	Form     *web.Form
	Mistakes []LineMistake
	More     int
}

// mistakesShown bounds the list of mistakes of a file.
const mistakesShown = 50

// askImport asks for a file of territories.
func (d *Desk) askImport(v *visit) error {
	form := templates.NewForm("seen", d.Admin.Registry.SeenTerritories(v.registry.Territories()))
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_import", "desk", "desk_setup.import.title", importPage{Form: form})
}

// importTerritories reads a file into a change: nothing is in force before its
// page has shown what it adds and renames.
func (d *Desk) importTerritories(v *visit) error {
	form := web.ReadForm(v.c)
	page := importPage{Form: form}
	text := v.uploaded(form)
	rows, mistakes := d.Admin.Registry.ReadTerritories([]byte(text))
	page.Mistakes, page.More = mistakes[:min(len(mistakes), mistakesShown)], max(0, len(mistakes)-mistakesShown)
	switch {
	case strings.TrimSpace(text) == "":
		form.Fail("content", "desk_setup.import.empty")
	case len(mistakes) > 0:
		form.Fail("content", "desk_setup.import.mistakes", "Count", len(mistakes))
	}
	v.needWhy(form)
	again := func(status int) error {
		return v.Kit.Render(v.c, status, "desk/admin_import", "desk", "desk_setup.import.title", page)
	}
	if !form.OK() {
		return again(fiber.StatusUnprocessableEntity)
	}
	c, err := d.Admin.Registry.ProposeTerritories(v.ctx, v.by, TerritoryEdit{Rows: rows, Seen: form.Value("seen"), Why: form.Value("why")})
	if err == nil {
		return v.Kit.Redirect(v.c, "/desk/admin/change/"+c.ID)
	}
	if !v.territoryFailed(form, err, "content") {
		return err
	}
	form.Values["seen"] = []string{d.Admin.Registry.SeenTerritories(v.registry.Territories())}
	return again(adminStatus(err))
}
