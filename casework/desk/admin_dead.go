package desk

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// AdminDead keeps the notices that need a person.
type AdminDead interface {
	// List gives a page of them, by case.
	List(ctx context.Context, after string) (list []DeadLetter, next string, err error)
	// Causes counts them by medium and reason; more is true beyond the limit.
	Causes(ctx context.Context) (list []DeadCause, more bool, err error)
	// Redrive gives one another round. Errors: NotFound, Conflict.
	Redrive(ctx context.Context, by casework.Actor, caseID, key string) error
	// RedriveAll begins to do so with all of a cause, in the background.
	RedriveAll(ctx context.Context, by casework.Actor, cause DeadCause) error
	// Running is how far that has come, also in another process or before a
	// restart; nil if none was begun.
	Running(ctx context.Context) (*DeadProgress, error)
}

// DeadLetter is a notice that could not be delivered.
type DeadLetter struct {
	Case, Key, Kind, Medium, Reason string
	Attempts                        int
	At                              time.Time
}

// DeadCause is why notices could not be delivered.
type DeadCause struct {
	Medium, Reason string
	N              int
}

// DeadProgress is a redrive under way or the last one.
type DeadProgress struct {
	Cause      DeadCause
	Done, Left int
	// At is when it was last known to go on.
	At time.Time
	// Stopped is true if it ended before all were done.
	Ended, Stopped bool
}

// deadPage is the data of desk/admin_dead.
type deadPage struct {
	Causes  []deadCauseView
	Letters []deadView
	Next    string
	More    bool
	Running *DeadProgress
	// RunningText says which cause it is about.
	RunningText string
	Percent     int
	Failed      string
}

type deadCauseView struct {
	DeadCause
	MediumText, ReasonText string
}

type deadView struct {
	DeadLetter
	KindText, MediumText, ReasonText string
}

// listDead lists the notices that could not be delivered. The administrator
// sees which and why, never to whom or what.
func (d *Desk) listDead(v *visit) error { return v.renderDead(fiber.StatusOK, "") }

func (v *visit) renderDead(status int, failed string) error {
	running, err := v.Admin.Dead.Running(v.ctx)
	if err != nil {
		return err
	}
	page := deadPage{Failed: failed, Running: running}
	causes, more, err := v.Admin.Dead.Causes(v.ctx)
	if err != nil {
		return err
	}
	page.More = more
	for _, c := range causes {
		page.Causes = append(page.Causes, deadCauseView{c, v.label("desk.medium", c.Medium), v.label("desk.admin.reason", c.Reason)})
	}
	list, next, err := v.Admin.Dead.List(v.ctx, v.c.Query("after"))
	if err != nil {
		return err
	}
	page.Next = next
	for _, l := range list {
		page.Letters = append(page.Letters, deadView{l, v.label("desk.notice", l.Kind), v.label("desk.medium", l.Medium), v.label("desk.admin.reason", l.Reason)})
	}
	if r := page.Running; r != nil {
		page.RunningText = v.label("desk.medium", r.Cause.Medium) + ", " + v.label("desk.admin.reason", r.Cause.Reason)
		if r.Done+r.Left > 0 {
			page.Percent = 100 * r.Done / (r.Done + r.Left)
		}
		if !r.Ended {
			v.c.Set("Refresh", "2")
		}
	}
	return v.Kit.Render(v.c, status, "desk/admin_dead", "desk", "desk.admin.dead", page)
}

// redriveDead gives one notice, or all of a cause, another round.
func (d *Desk) redriveDead(v *visit) error {
	form := web.ReadForm(v.c)
	var err error
	if one := form.Value("one"); one != "" {
		id, key, _ := strings.Cut(one, "~")
		err = d.Admin.Dead.Redrive(v.ctx, v.by, id, key)
	} else {
		medium, reason, ok := strings.Cut(form.Value("all"), "~")
		if !ok {
			return v.renderDead(fiber.StatusUnprocessableEntity, v.t("desk.admin.choose"))
		}
		if !form.Is("sure", "yes") {
			return v.confirm(form, confirmPage{Title: "desk_setup.sure.redrive", Action: "/desk/admin/dead", Back: "/desk/admin/dead",
				Text: v.t("desk_setup.sure_text.redrive", "Medium", v.label("desk.medium", medium), "Reason", v.label("desk.admin.reason", reason))})
		}
		err = d.Admin.Dead.RedriveAll(v.ctx, v.by, DeadCause{Medium: medium, Reason: reason})
	}
	switch casework.CodeOf(err) {
	case "":
		v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.redriven"})
		return v.Kit.Redirect(v.c, "/desk/admin/dead")
	case casework.Conflict, casework.NotFound:
		return v.renderDead(fiber.StatusConflict, v.t("desk.admin.redrive_gone"))
	}
	return err
}
