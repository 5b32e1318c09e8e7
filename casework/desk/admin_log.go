package desk

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// AdminEntry is one change in the ledger.
type AdminEntry struct {
	ID, Area, Subject, What, Why, By string
	At                               time.Time
	// Before and After are texts to compare; Back is true if Before can be
	// returned to.
	Before, After string
	Back          bool
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
