package desk

import (
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// viewLink is a saved view as a link.
type viewLink struct {
	ID, Name, Href   string
	Default, Current bool
}

func (v *visit) viewLinks(views []casework.SavedView, here string) []viewLink {
	var out []viewLink
	for _, s := range views {
		out = append(out, viewLink{ID: s.ID, Name: s.Name, Href: "/desk?" + s.Query, Default: s.Default, Current: s.Query == here})
	}
	return out
}

// viewsPage is the data of desk/views.
type viewsPage struct {
	Views []viewLink
	// Form is the view that is being saved or renamed, with its errors.
	Form *web.Form
	// Query is the filter to be saved; empty if the page only keeps order.
	Query, Back string
	// Editing is the ID of the view whose name is being changed.
	Editing string
}

// showViews lists the saved views; with a filter in the address it asks for
// the name of a new one.
func (d *Desk) showViews(v *visit) error {
	return v.renderViews(viewsPage{Form: templates.NewForm(), Query: savedQuery(v.c.Query("query")), Editing: v.c.Query("edit")})
}

func (v *visit) renderViews(page viewsPage) error {
	views, err := v.Office.Views(v.ctx, v.by)
	if err != nil {
		return err
	}
	page.Views, page.Back = v.viewLinks(views, ""), queueAddress(page.Query)
	if i := slices.IndexFunc(views, func(s casework.SavedView) bool { return s.ID == page.Editing }); i >= 0 && page.Form.OK() {
		page.Form.Values["name"] = []string{views[i].Name}
		if views[i].Default {
			page.Form.Values["default"] = []string{"1"}
		}
	}
	return v.Kit.Render(v.c, statusOf(page.Form), "desk/views", "desk", "desk_queue.views.title", page)
}

// savedQuery keeps of an address what makes a view: list and filter, without
// the place in the list.
func savedQuery(query string) string {
	given, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	kept := url.Values{}
	for _, name := range append([]string{"tab"}, filterNames...) {
		if value := given.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	if kept.Get("tab") == "" {
		return ""
	}
	return kept.Encode()
}

// changeViews saves, renames or removes a view.
func (d *Desk) changeViews(v *visit) error {
	form := web.ReadForm(v.c)
	id := form.Value("id")
	if form.Value("do") == "drop" {
		if err := d.Office.DropView(v.ctx, v.by, id); err != nil {
			return err
		}
		v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk_queue.views.dropped"})
		return v.Kit.Redirect(v.c, "/desk/views")
	}
	query := savedQuery(form.Value("query"))
	if id == "" && query == "" {
		return v.Kit.Redirect(v.c, "/desk/views")
	}
	view, err := d.Office.SaveView(v.ctx, v.by, casework.SavedView{ID: id, Name: form.Value("name"), Query: query, Default: form.Value("default") != ""})
	var e *casework.Error
	switch {
	case err == nil:
	case errors.As(err, &e) && (e.Code == casework.Invalid || e.Code == casework.TooMany):
		if len(e.Fields) == 0 {
			form.Fail("name", e.Message, pairs(e.Data)...)
		}
		for _, f := range e.Fields {
			form.Fail(f.Field, f.Key, pairs(f.Data)...)
		}
		return v.renderViews(viewsPage{Form: form, Query: query, Editing: id})
	case casework.CodeOf(err) == casework.NotFound:
		return v.Kit.Redirect(v.c, "/desk/views")
	default:
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk_queue.views.saved", Data: map[string]any{"Name": view.Name}})
	if id == "" {
		return v.Kit.Redirect(v.c, "/desk?"+view.Query)
	}
	return v.c.Redirect("/desk/views", fiber.StatusSeeOther)
}
