package desk

import (
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
)

// searchPage is the data of desk/search.
type searchPage struct {
	Form       *templates.Form
	Asked      bool
	Rows       []rowView
	Prev, Next string
	Number     int
}

// searchCases finds cases by number or by words, within the reader's right.
func (d *Desk) searchCases(v *visit) error {
	asked, _ := templates.CleanLine(v.c.Query("q"), 200)
	page := searchPage{Form: templates.NewForm("q", asked), Asked: asked != ""}
	if !page.Asked {
		return v.Kit.Render(v.c, 200, "desk/search", "desk", "desk.search.title", page)
	}
	if numberLike(asked) {
		known, err := d.Office.FindByNumber(v.ctx, v.by, asked)
		if err != nil {
			return err
		}
		if len(known) == 1 {
			return v.Kit.Redirect(v.c, "/desk/case/"+known[0].ID)
		}
		page.Rows = v.rows(known)
	}
	if len(page.Rows) == 0 {
		found, err := d.Office.Queue(v.ctx, v.by, casework.Query{Text: asked, Sort: casework.SortReceived,
			Window: casework.Window{After: v.c.Query("after"), Limit: pageRows}})
		if err != nil {
			return err
		}
		page.Rows = v.rows(found.Rows)
		base := map[string][]string{"q": {asked}}
		page.Prev, page.Next, page.Number = v.pager("/desk/search", base, found.Next)
	}
	return v.Kit.Render(v.c, 200, "desk/search", "desk", "desk.search.title", page)
}

// numberLike reports whether somebody may have typed a number: digits and a
// dash, and no more than one word.
func numberLike(s string) bool {
	return strings.ContainsAny(s, "-–—0123456789") && len(strings.Fields(s)) <= 2 && len(s) <= 60
}
