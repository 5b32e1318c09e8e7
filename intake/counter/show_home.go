package counter

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

type homePage struct {
	Bodies  []casework.Body
	Drafts  []casework.FilingDraft
	Entered []casework.Entered
	// Pass is by when complaints of today must be passed on, by their cases.
	Pass map[string]casework.Date
	// Letters is how many letters wait to be printed; -1 for who prints none.
	Letters int
	Call    *web.Form
}

// showHome lists what waits for whoever stands at the counter.
func (p *Counter) showHome(v *visit) error { return v.home(fiber.StatusOK, nil) }

func (v *visit) home(status int, call *web.Form) error {
	page := homePage{Bodies: v.Office.ServedBodies(v.by), Letters: -1, Call: call}
	var err error
	if page.Drafts, err = v.Office.Drafts(v.ctx, v.by); err != nil {
		return err
	}
	if page.Entered, err = v.Office.EnteredToday(v.ctx, v.by); err != nil {
		return err
	}
	if page.Pass, err = v.Office.EntriesToPass(v.ctx, v.by); err != nil {
		return err
	}
	if v.by.Is(casework.RoleRegistrar) {
		tasks, err := v.Office.PaperTasks(v.ctx, v.by)
		if err != nil {
			return err
		}
		page.Letters = len(tasks)
	}
	return v.render(status, "home", "desk", page)
}
