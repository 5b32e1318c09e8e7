package desk

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// Admin is what administrators keep in the browser; cases are not part of it.
type Admin struct {
	Registry AdminRegistry
	Staff    AdminStaff
	Sites    AdminSites
	// Health looks at everything that can fail. Errors: those of the store.
	Health func(ctx context.Context) (Health, error)
	Dead   AdminDead
	// Log lists the changes of accounts and websites, the newest first.
	Log func(ctx context.Context, after string) (list []AdminEntry, next string, err error)
}

// AdminRegistry changes the registry of bodies.
type AdminRegistry interface {
	// Seen is the mark of a body as it is in force, for RegistryEdit.
	Seen(body casework.Body) string
	// Propose prepares an edition with one body changed or added and begins its
	// dry run. Errors: Conflict if the body has changed, Invalid with fields.
	Propose(ctx context.Context, by casework.Actor, e RegistryEdit) (RegistryChange, error)
	// Return prepares a return to an earlier edition.
	Return(ctx context.Context, by casework.Actor, revision, why string) (RegistryChange, error)
	// Changes lists all changes, the newest first.
	Changes(ctx context.Context, after string) (list []RegistryChange, next string, err error)
	// Change gives one with the texts of both editions. Errors: NotFound.
	Change(ctx context.Context, id string) (RegistryChange, error)
	// Decide publishes or drops. Errors: Conflict, NotAllowed.
	Decide(ctx context.Context, by casework.Actor, id string, publish bool) (RegistryChange, error)
	// Renew makes a change anew from the edition in force. Errors: Conflict.
	Renew(ctx context.Context, by casework.Actor, id string) (RegistryChange, error)
}

// RegistryEdit is a changed or new body; Seen is "" for a new one.
type RegistryEdit struct {
	Body      casework.Body
	Seen, Why string
}

// RegistryChange is a proposed, published or dropped edition.
type RegistryChange struct {
	ID, Base, Revision, Subject, Why, By string
	At                                   time.Time
	// State is proposed, published or dropped.
	State     string
	DecidedBy string
	DecidedAt time.Time
	// Routes is true if it can send cases elsewhere; then Done counts the cases
	// looked at and Replayed is true at the end, with the result in Replay.
	Routes, Replayed bool
	Done, Last       int
	Replay           casework.RouteReplay
	// InForce is true if Revision is the edition in force.
	InForce bool
	// Before and After are the editions as text; Change fills them.
	Before, After string
	Leaving       []RegistryLeaving
}

// RegistryLeaving is a body or unit that would be closed, with its open cases.
type RegistryLeaving struct {
	Body, Unit string
	Open       int
}

// AdminStaff keeps the accounts.
type AdminStaff interface {
	// Page lists at most a page of accounts.
	Page(ctx context.Context, q StaffQuery) (list []StaffCard, next string, err error)
	// Get loads one. Errors: NotFound.
	Get(ctx context.Context, login string) (StaffCard, error)
	// Save changes or makes an account; a new one's password is returned, to be
	// shown once. Errors: Conflict, Invalid with fields, Forbidden, NotAllowed.
	Save(ctx context.Context, by casework.Actor, card StaffCard, why string) (password string, err error)
	// Reset gives a new password, or takes the second factor away.
	Reset(ctx context.Context, by casework.Actor, login string, factor bool, why string) (password string, err error)
	// History lists the changes of an account, the newest first.
	History(ctx context.Context, login string) ([]AdminEntry, error)
	// Return puts back what an account was before a change.
	Return(ctx context.Context, by casework.Actor, login, entry, why string) error
}

// StaffQuery asks for a page of accounts.
type StaffQuery struct {
	Words, Body string
	Role        casework.Role
	After       string
}

// StaffCard is an account without its secrets.
type StaffCard struct {
	Login, Name, Position, Email   string
	Grants                         []casework.Grant
	Disabled, MustChange, Enrolled bool
	Created                        time.Time
	// Seen is the mark of the card as it was shown; "" makes a new account.
	Seen string
}

// AdminEntry is one change in the ledger.
type AdminEntry struct {
	ID, Area, Subject, What, Why, By string
	At                               time.Time
	// Before and After are texts to compare; Back is true if Before can be
	// returned to.
	Before, After string
	Back          bool
}

// AdminSites keeps the websites of departments.
type AdminSites interface {
	List(ctx context.Context) ([]SiteCard, error)
	// Get loads one. Errors: NotFound.
	Get(ctx context.Context, id string) (SiteCard, error)
	// Save changes or makes a site. Errors: Conflict, Exists, Invalid.
	Save(ctx context.Context, by casework.Actor, card SiteCard, why string) error
	// NewKey makes a key; its secret is shown once. Errors: TooMany.
	NewKey(ctx context.Context, by casework.Actor, id string) (key, secret string, err error)
	RevokeKey(ctx context.Context, by casework.Actor, id, key string) error
	// Rotate changes the secret of the webhook, shown once; the one before
	// works for a day longer. Errors: NotFound without a webhook.
	Rotate(ctx context.Context, by casework.Actor, id string) (secret string, err error)
	Close(ctx context.Context, by casework.Actor, id, why string) error
	History(ctx context.Context, id string) ([]AdminEntry, error)
	Return(ctx context.Context, by casework.Actor, id, entry, why string) error
}

// SiteCard is a website without its secrets.
type SiteCard struct {
	ID, Name, Body, Webhook string
	Origins                 []string
	Rights                  []string
	PerMinute, PerDay       int
	Keys                    []SiteKey
	Closed                  bool
	Seen                    string
}

// SiteKey is a key of a site.
type SiteKey struct {
	ID   string
	At   time.Time
	Live bool
}

// Health is what an administrator looks at on a Friday evening.
type Health struct {
	At    time.Time
	Lines []HealthLine
}

// HealthLine is one thing that works or does not.
type HealthLine struct {
	// Key names its texts: desk.health.KEY.name and .do.
	Key string
	// State is good, warn or bad.
	State string
	// About are values for the text desk.health.KEY.STATE or .about.
	About map[string]any
	// Name is used instead of the text where there are several of a kind.
	Name string
	Href string
}

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
	// Running is how far that has come; nil if none was begun.
	Running() *DeadProgress
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
	Cause          DeadCause
	Done, Left     int
	Ended, Stopped bool
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
	Law        bool
}

// showAdmin is the first page of an administrator: what is wrong now, and the
// ways to everything he keeps.
func (d *Desk) showAdmin(v *visit) error {
	_, all := v.by.Bodies(casework.RoleAdministrator)
	page := adminHome{Everywhere: all, Law: d.Law != nil}
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

// adminEntryView is a change in a history.
type adminEntryView struct {
	AdminEntry
	Author, AreaText, WhatText, Href string
	Lines                            []diffLine
}

func (v *visit) entries(list []AdminEntry) []adminEntryView {
	var out []adminEntryView
	for _, e := range list {
		view := adminEntryView{AdminEntry: e, Author: v.personName("", e.By), AreaText: v.label("desk.admin.area", e.Area),
			WhatText: v.label("desk.admin.what", e.What), Lines: diff(e.Before, e.After)}
		switch e.Area {
		case "staff":
			view.Href = "/desk/admin/account?login=" + e.Subject
		case "site":
			view.Href = "/desk/admin/site?id=" + e.Subject
		}
		out = append(out, view)
	}
	return out
}

// logPage is the data of desk/admin_log.
type logPage struct {
	Entries []adminEntryView
	Next    string
}

// showLog lists all changes of accounts and websites.
func (d *Desk) showLog(v *visit) error {
	list, next, err := d.Admin.Log(v.ctx, v.c.Query("after"))
	if err != nil {
		return err
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_log", "desk", "desk.admin.log", logPage{v.entries(list), next})
}

// secretPage is the data of desk/admin_secret: something shown once.
type secretPage struct {
	Title, Text, Name, Secret, Back string
}

// showSecret answers a form with a secret; nobody stores the page.
func (v *visit) showSecret(page secretPage) error {
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_secret", "desk", page.Title, page)
}

// adminStatus is the answer to a form that was not taken: 409 where somebody
// else was quicker.
func adminStatus(err error) int {
	if code := casework.CodeOf(err); code == casework.Conflict || code == casework.NotAllowed {
		return fiber.StatusConflict
	} else if code == casework.Forbidden {
		return fiber.StatusForbidden
	}
	return fiber.StatusUnprocessableEntity
}

// failed puts an error of a form where the reader sees it; true means that the
// page is to be shown again. What no form can mend is given back.
func (v *visit) failed(form *templates.Form, err error, field string) bool {
	e, ok := err.(*casework.Error)
	switch {
	case !ok:
		return false
	case e.Code == casework.Invalid && len(e.Fields) > 0:
		failFields(form, e)
	case e.Message != "" && v.Kit.Set().Has(v.lang, "desk.said."+e.Message):
		form.Fail(field, "desk.said."+e.Message, pairs(e.Data)...)
	default:
		return false
	}
	return true
}
