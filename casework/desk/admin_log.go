package desk

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
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
	Author, AreaText, WhatText, Href, SubjectText string
	Lines                                         []diffLine
}

func (v *visit) entries(list []AdminEntry) []adminEntryView {
	var out []adminEntryView
	for _, e := range list {
		view := adminEntryView{SubjectText: e.Subject, AdminEntry: e, Author: v.personName("", e.By), AreaText: v.label("desk.admin.area", e.Area),
			WhatText: v.label("desk.admin.what", e.What), Lines: diff(v.plainWords(e.Before), v.plainWords(e.After))}
		switch e.Area {
		case "staff":
			view.SubjectText = v.personName("", "staff:"+e.Subject)
			view.Href = "/desk/admin/account?login=" + e.Subject
		case "reading":
			view.SubjectText, view.Href = v.t("desk_setup.reading.title"), "/desk/admin/reading"
		case "notice":
			view.SubjectText = v.label("desk.medium", e.Subject)
			view.Why = v.label("desk.admin.reason", e.Why)
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

// plainWords says a kept record, one "key: value" a line, in the reader's words
// instead of those of the program.
func (v *visit) plainWords(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		key, value, named := strings.Cut(strings.TrimSpace(line), ": ")
		if key == "id" {
			key = "code"
		}
		if value == "[" || value == "{" {
			named = false
		}
		switch {
		case !named && v.Kit.Set().Has(v.lang, "desk_setup.key."+key):
			out.WriteString(v.label("desk_setup.key", key) + "\n")
			continue
		case !named:
			out.WriteString(key + "\n")
			continue
		case key == "role":
			value = v.label("desk.admin.role", value)
		case key == "body" && value == casework.Everywhere:
			value = v.t("desk.admin.everywhere")
		case key == "body":
			value = v.bodyName(value)
		case value == "true":
			value = v.t("desk_setup.yes")
		}
		out.WriteString(v.label("desk_setup.key", key) + ": " + value + "\n")
	}
	return out.String()
}
