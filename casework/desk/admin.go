package desk

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// Admin is what administrators keep in the browser; cases are not part of it.
type Admin struct {
	Registry AdminRegistry
	Staff    AdminStaff
	Sites    AdminSites
	Reading  AdminReading
	// Health looks at everything that can fail. Errors: those of the store.
	Health func(ctx context.Context) (Health, error)
	Dead   AdminDead
	// Branches finds topics of every level by words or by the beginning of a
	// code, as competences write them ("0003.0009"), the broad ones first and all
	// of the broadest for no words; nil leaves the search to Config.Topics.
	Branches func(words string, limit int) []string
	// Log lists the changes of accounts and websites, the newest first.
	Log func(ctx context.Context, after string) (list []AdminEntry, next string, err error)
}

// adminRoutes are the pages of administrators of the whole installation;
// staffRoutes are open to administrators of single bodies too.
func (d *Desk) adminRoutes() (all, staff []route) {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []route{
			{get, "/desk/admin/bodies", d.listBodies},
			{get, "/desk/admin/body", d.editBody},
			{post, "/desk/admin/body", d.proposeBody},
			{get, "/desk/admin/changes", d.listChanges},
			{get, "/desk/admin/change/:change", d.showChange},
			{post, "/desk/admin/change/:change", d.decideChange},
			{get, "/desk/admin/territories", d.listTerritories},
			{get, "/desk/admin/territories/import", d.askImport},
			{post, "/desk/admin/territories/import", d.importTerritories},
			{get, "/desk/admin/territory", d.editTerritory},
			{post, "/desk/admin/territory", d.proposeTerritory},
			{get, "/desk/admin/topics", d.findTopics},
			{get, "/desk/admin/suggest", d.suggestNames},
			{get, "/desk/admin/reading", d.editReading},
			{post, "/desk/admin/reading", d.saveReading},
			{post, "/desk/admin/reading/return", d.returnReading},
			{get, "/desk/admin/sites", d.listSites},
			{get, "/desk/admin/site", d.editSite},
			{post, "/desk/admin/site", d.saveSite},
			{post, "/desk/admin/site/do", d.actOnSite},
			{get, "/desk/admin/health", d.showHealth},
			{get, "/desk/admin/dead", d.listDead},
			{post, "/desk/admin/dead", d.redriveDead},
			{get, "/desk/admin/log", d.showLog},
		}, []route{
			{get, "/desk/admin", d.showAdmin},
			{get, "/desk/admin/staff", d.listStaff},
			{get, "/desk/admin/account", d.editStaff},
			{post, "/desk/admin/account", d.saveStaff},
			{post, "/desk/admin/account/do", d.actOnStaff},
		}
}

// mountAdmin puts the pages of administrators under /desk/admin.
func (d *Desk) mountAdmin(r fiber.Router) {
	if d.Admin == nil {
		return
	}
	all, staff := d.adminRoutes()
	for _, line := range all {
		r.Add(line.method, line.path, d.admitAdministrator(func(v *visit) error {
			if _, everywhere := v.by.Bodies(casework.RoleAdministrator); !everywhere {
				return casework.Fail(casework.Forbidden, "desk.admin", "desk.admin.everywhere_only")
			}
			return line.handle(v)
		}))
	}
	for _, line := range staff {
		r.Add(line.method, line.path, d.admitAdministrator(line.handle))
	}
}

// adminHome is the data of desk/admin.
type adminHome struct {
	Everywhere bool
	Bad, Warn  []healthView
	Checked    bool
	Groups     []adminGroup
}

// adminGroup is a group of links on the first page.
type adminGroup struct {
	Title string
	Links []adminLink
}

type adminLink struct{ Href, Title, About string }

// adminLinks is the table of what an administrator keeps, by group; a mark of
// "all" is for administrators of everything only.
var adminLinks = []struct {
	group string
	all   bool
	href  string
	title string
	about string
}{
	{"state", true, "/desk/admin/health", "desk.admin.health", "desk.admin.about.health"},
	{"state", true, "/desk/admin/dead", "desk.admin.dead", "desk.admin.about.dead"},
	{"bodies", true, "/desk/admin/bodies", "desk.admin.bodies", "desk.admin.about.bodies"},
	{"bodies", true, "/desk/admin/topics", "desk_setup.topic.title", "desk_setup.about.topics"},
	{"bodies", true, "/desk/admin/territories", "desk_setup.territory.title", "desk_setup.about.territories"},
	{"bodies", true, "/desk/admin/changes", "desk.admin.changes", "desk.admin.about.changes"},
	{"people", false, "/desk/admin/staff", "desk.admin.staff", "desk.admin.about.staff"},
	{"people", false, "/desk/absences", "desk.absence.all", "desk.absence.about"},
	{"people", true, "/desk/admin/reading", "desk_setup.reading.title", "desk_setup.about.reading"},
	{"people", true, "/desk/admin/log", "desk.admin.log", "desk.admin.about.log"},
	{"rules", false, "/desk/templates", "desk_setup.template.title", "desk_setup.about.templates"},
	{"rules", false, "/desk/law", "desk.law.title", "desk.admin.about.law"},
	{"rules", true, "/desk/admin/sites", "desk.admin.sites", "desk.admin.about.sites"},
}

// adminGroups are the links that the reader may follow.
func (v *visit) adminGroups(everywhere bool) []adminGroup {
	var out []adminGroup
	for _, l := range adminLinks {
		if l.all && !everywhere || l.href == "/desk/law" && v.Law == nil {
			continue
		}
		title := v.t("desk_setup.group." + l.group)
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, adminGroup{Title: title})
		}
		last := &out[len(out)-1]
		last.Links = append(last.Links, adminLink{l.href, v.t(l.title), v.t(l.about)})
	}
	return out
}

// showAdmin is the first page of an administrator: what is wrong now, and the
// ways to everything he keeps.
func (d *Desk) showAdmin(v *visit) error {
	_, all := v.by.Bodies(casework.RoleAdministrator)
	page := adminHome{Everywhere: all, Groups: v.adminGroups(all)}
	if all {
		h, err := d.Admin.Health(v.ctx)
		if err != nil {
			return err
		}
		page.Checked = true
		for _, line := range h.Lines {
			switch line.State {
			case "bad":
				page.Bad = append(page.Bad, v.healthView(line))
			case "warn":
				page.Warn = append(page.Warn, v.healthView(line))
			}
		}
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin", "desk", "desk.admin.title", page)
}
