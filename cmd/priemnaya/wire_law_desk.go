package main

import (
	"context"
	"errors"
	"path"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/regulation"
)

// lawDesk is what administrators need to change the law, in the browser and by
// commands.
type lawDesk struct{ *App }

// Files lists the files in force with what each says of itself.
func (l lawDesk) Files(ctx context.Context) ([]desk.LawFile, error) {
	names, err := l.book.Files(ctx)
	if err != nil {
		return nil, err
	}
	var out []desk.LawFile
	for _, name := range names {
		text, err := l.book.Read(ctx, name)
		if err != nil {
			return nil, err
		}
		out = append(out, l.describe(name, text))
	}
	return out, nil
}

// describe reads the head of a file; the law itself is loaded elsewhere.
func (l lawDesk) describe(name, text string) desk.LawFile {
	f := desk.LawFile{Name: name, Title: map[string]string{}}
	if strings.HasPrefix(name, "calendar/") {
		calendar, _ := calendarName(name)
		f.Title = map[string]string{"ru": calendar, "en": calendar}
		if year, err := regulation.ReadCalendarYear([]byte(text), path.Base(name)); err == nil {
			f.Year, f.Source, f.Provisional = year.Year, year.Source, year.Provisional
		}
		return f
	}
	head := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(line, ":")
		if _, known := head[key]; ok && !known {
			value, _, _ = strings.Cut(value, " #")
			head[key] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	f.Version = head["version"]
	f.From, _ = casework.ParseDate(head["in_force_from"])
	if law, err := l.office.Laws().Version(casework.Regime(head["regime"]), f.Version); err == nil {
		f.Title = law.Title
	}
	return f
}

// calendarName takes calendar/NAME-YEAR.csv apart.
func calendarName(file string) (name string, year int) {
	base := strings.TrimSuffix(path.Base(file), ".csv")
	i := strings.LastIndexByte(base, '-')
	if i < 0 {
		return base, 0
	}
	year, _ = strconv.Atoi(base[i+1:])
	return base[:i], year
}

// Read gives the text of a file in force.
func (l lawDesk) Read(ctx context.Context, file string) (string, error) {
	return l.book.Read(ctx, file)
}

// Propose keeps a change for a second person with its impact.
func (l lawDesk) Propose(ctx context.Context, by casework.Actor, e desk.LawEdit) (desk.LawChange, error) {
	if _, year := calendarName(e.File); strings.HasPrefix(e.File, "calendar/") {
		if read, err := regulation.ReadCalendarYear([]byte(e.Content), path.Base(e.File)); err == nil && read.Year != year {
			return desk.LawChange{}, badLaw("file", "desk.law.year_other", map[string]any{"Year": read.Year})
		}
	}
	c, err := l.book.Propose(ctx, by, regulation.Change{File: e.File, Content: e.Content, Why: e.Why},
		func(laws *casework.Laws) (casework.Impact, error) {
			if gone := versionGone(l.office.Laws(), laws); gone != "" {
				return casework.Impact{}, badLaw("content", "desk.law.version_gone", map[string]any{"Version": gone})
			}
			return l.office.ImpactOf(ctx, laws, func(int) {})
		})
	return lawChange(c), lawMistakes(err)
}

// versionGone finds a version in force that another law lacks: cases under it
// could not be acted on any more.
func versionGone(now, then *casework.Laws) string {
	for _, r := range now.Regulations {
		if _, err := then.Version(r.Regime, r.Version); err != nil {
			return string(r.Regime) + " " + r.Version
		}
	}
	return ""
}

func badLaw(field, key string, data map[string]any) error {
	return &casework.Error{Code: casework.Invalid, Op: "main.lawDesk", Message: "regulation.invalid",
		Fields: []casework.FieldError{{Field: field, Key: key, Data: data}}}
}

// lawMistakes turns the mistakes of a file into lines for a page.
func lawMistakes(err error) error {
	var e *casework.Error
	if !errors.As(err, &e) || e.Code != casework.Invalid || len(e.Fields) > 0 || e.Err == nil {
		return err
	}
	m := &desk.LawMistakes{}
	for line := range strings.Lines(e.Err.Error()) {
		if line = strings.TrimSpace(line); line != "" {
			m.Lines = append(m.Lines, line)
		}
	}
	return m
}

// Changes lists all changes without their texts.
func (l lawDesk) Changes(ctx context.Context) ([]desk.LawChange, error) {
	all, err := l.book.Changes(ctx)
	if err != nil {
		return nil, err
	}
	var out []desk.LawChange
	for _, c := range all {
		out = append(out, lawChange(c))
	}
	return out, nil
}

// Change gives one with its text.
func (l lawDesk) Change(ctx context.Context, id string) (desk.LawChange, error) {
	c, err := l.book.Get(ctx, id)
	return lawChange(c), err
}

// Decide approves or rejects; an approved change is in force at once, and the
// open cases follow in the background.
func (l lawDesk) Decide(ctx context.Context, by casework.Actor, id string, approve bool) (desk.LawChange, error) {
	c, laws, err := l.book.Decide(ctx, by, id, approve)
	if err != nil || laws == nil {
		return lawChange(c), err
	}
	l.office.SetLaws(laws)
	l.lawSeen.Store(c.ID, true)
	if l.recompute != nil {
		l.recompute(c)
	}
	return lawChange(c), nil
}

func lawChange(c regulation.Change) desk.LawChange {
	return desk.LawChange{LawEdit: desk.LawEdit{File: c.File, Content: c.Content, Why: c.Why}, ID: c.ID, By: c.By, At: c.At, Was: c.Was,
		State: string(c.State), Impact: c.Impact, DecidedBy: c.DecidedBy, DecidedAt: c.DecidedAt, Done: c.Done, Moved: c.Moved,
		Finished: c.Finished}
}
