package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Letter templates (шаблоны ответов) and text blocks are kept on the shelf,
// those of one body and common ones. Every version stays: a letter can be
// traced to the words it began with.

// The shelf's kinds of templates and of their versions.
const (
	KindTemplate        = "letter-template"
	KindTemplateVersion = "letter-template-version"
)

// CommonTemplates as LetterTemplate.Body makes a template common to all bodies.
const CommonTemplates = "*"

// MaxTemplates is how many templates one body may have.
const MaxTemplates = 200

// LetterTemplate is a whole letter or a block of one, with fields such as
// {{Имя}} that are filled from the case.
type LetterTemplate struct {
	// ID is a short name in Latin letters, unique in the body.
	ID string `json:"id"`
	// Body is the body it belongs to, or CommonTemplates.
	Body string `json:"body"`
	Name string `json:"name"`
	Text string `json:"text"`
	// Outcome is the one the letter usually has; may be empty.
	Outcome Outcome `json:"outcome,omitempty"`
	// Version counts from 1; a save over another version than the one read is
	// refused.
	Version int64     `json:"version"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	// Why is what the author of the version gives as its reason.
	Why string `json:"why,omitempty"`
	// Retired templates are kept but offered no more.
	Retired bool `json:"retired,omitempty"`
}

// Key names the template among those of all bodies.
func (t LetterTemplate) Key() string { return t.Body + "/" + t.ID }

var templateID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`)

// LetterTemplates lists what an officer of a body is offered: the templates of
// the body by name, then the common ones. Errors: Unavailable, Corrupted.
func (o *Office) LetterTemplates(ctx context.Context, body string) ([]LetterTemplate, error) {
	var out []LetterTemplate
	for _, owner := range []string{body, CommonTemplates} {
		records, _, err := o.shelf.List(ctx, KindTemplate, owner, Window{Limit: MaxTemplates})
		if err != nil {
			return nil, err
		}
		begin := len(out)
		for _, r := range records {
			t, err := templateOf(r)
			if err != nil {
				return nil, err
			}
			if !t.Retired {
				out = append(out, t)
			}
		}
		slices.SortStableFunc(out[begin:], func(a, b LetterTemplate) int { return strings.Compare(a.Name, b.Name) })
	}
	return out, nil
}

// SaveLetterTemplate keeps a new version of a template; t.Version is the one
// that was read, 0 for a new template. Heads and administrators of the body may,
// of common ones those with the role everywhere.
// Errors: Forbidden; Invalid with a field each for a bad ID, name, text or a
// field of the text that nobody fills; Conflict if it was changed meanwhile or
// the ID of a new one is taken; NotAllowed "template.too_many".
func (o *Office) SaveLetterTemplate(ctx context.Context, by Actor, t LetterTemplate) (LetterTemplate, error) {
	const op = "casework.SaveLetterTemplate"
	if !mayWriteTemplates(by, t.Body) {
		return t, Fail(Forbidden, op, "act.forbidden")
	}
	if err := t.check(op); err != nil {
		return t, err
	}
	seen := t.Version
	if seen == 0 {
		kept, _, err := o.shelf.List(ctx, KindTemplate, t.Body, Window{Limit: MaxTemplates})
		if err != nil {
			return t, err
		}
		taken := slices.ContainsFunc(kept, func(r Record) bool { return r.ID == t.Key() })
		if len(kept) >= MaxTemplates && !taken {
			return t, &Error{Code: NotAllowed, Op: op, Message: "template.too_many", Data: map[string]any{"Max": MaxTemplates}}
		}
	}
	t.Version, t.By, t.At = seen+1, by.ID, o.now().UTC()
	data, err := json.Marshal(t)
	if err != nil {
		return t, wrap(Internal, op, err)
	}
	saved, err := o.shelf.Put(ctx, Record{Kind: KindTemplate, ID: t.Key(), Owner: t.Body, Version: seen, Data: data})
	if code := CodeOf(err); code == Exists || code == Conflict {
		return t, Fail(Conflict, op, "template.changed")
	}
	if err != nil {
		return t, err
	}
	t.Version = saved.Version
	_, err = o.shelf.Put(ctx, Record{Kind: KindTemplateVersion, ID: fmt.Sprintf("%s/%06d", t.Key(), t.Version), Owner: t.Key(), Data: data})
	return t, err
}

// LetterTemplateVersions lists every version of a template, the first one first.
func (o *Office) LetterTemplateVersions(ctx context.Context, key string) ([]LetterTemplate, error) {
	var out []LetterTemplate
	for w := (Window{Limit: MaxLimit}); ; {
		records, next, err := o.shelf.List(ctx, KindTemplateVersion, key, w)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			t, err := templateOf(r)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
		if w.After = next; next == "" {
			return out, nil
		}
	}
}

func templateOf(r Record) (LetterTemplate, error) {
	var t LetterTemplate
	if err := json.Unmarshal(r.Data, &t); err != nil {
		return t, wrap(Corrupted, "casework.LetterTemplates", err)
	}
	if r.Kind == KindTemplate {
		t.Version = r.Version
	}
	return t, nil
}

func mayWriteTemplates(by Actor, body string) bool {
	return slices.ContainsFunc(by.Grants, func(g Grant) bool {
		role := g.Role == RoleHead || g.Role == RoleAdministrator || g.Role == RoleSystem
		return role && body != "" && (g.Body == Everywhere || g.Body == body && body != CommonTemplates) && g.Unit == ""
	})
}

func (t LetterTemplate) check(op string) error {
	e := &Error{Code: Invalid, Op: op, Message: "template.invalid"}
	bad := func(field, key string, data map[string]any) {
		e.Fields = append(e.Fields, FieldError{Field: field, Key: key, Data: data})
	}
	if !templateID.MatchString(t.ID) {
		bad("id", "template.short", nil)
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(t.Name)); n == 0 || n > 120 || strings.ContainsAny(t.Name, "\r\n") {
		bad("name", "template.name", nil)
	}
	if strings.TrimSpace(t.Text) == "" || utf8.RuneCountInString(t.Text) > MaxLetter || !utf8.ValidString(t.Text) {
		bad("text", "template.text", map[string]any{"Max": MaxLetter})
	}
	for _, name := range templateFieldsOf(t.Text) {
		if !slices.Contains(TemplateFields(), name) {
			bad("text", "template.unknown_field", map[string]any{"Name": name, "Known": strings.Join(TemplateFields(), ", ")})
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}
