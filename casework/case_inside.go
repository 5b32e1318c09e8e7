package casework

import (
	"context"
	"slices"
)

// Inside (внутреннее) is what staff keep about a case for themselves: notes,
// drafts of single questions, redacted copies. It never reaches a citizen and
// is never part of a copy for another body.
type Inside struct {
	Notes  []Note          `json:"notes,omitempty"`
	Drafts []QuestionDraft `json:"drafts,omitempty"`
	// Redactions are the redacted copies made so far, oldest first.
	Redactions []Redaction `json:"redactions,omitempty"`
	// Redacted lists the bodies whose copies are made from redacted contents.
	Redacted []string `json:"redacted,omitempty"`
}

// clone copies the slices that acts change.
func (i *Inside) clone() *Inside {
	if i == nil {
		return nil
	}
	out := *i
	out.Notes, out.Drafts = slices.Clone(i.Notes), slices.Clone(i.Drafts)
	out.Redactions, out.Redacted = slices.Clone(i.Redactions), slices.Clone(i.Redacted)
	return &out
}

// files are the redacted copies that are files.
func (i *Inside) files() []File {
	if i == nil {
		return nil
	}
	var out []File
	for _, r := range i.Redactions {
		if r.Copy != nil {
			out = append(out, *r.Copy)
		}
	}
	return out
}

// inside makes room for what staff keep.
func (c *Case) inside() *Inside {
	if c.Inside == nil {
		c.Inside = &Inside{}
	}
	return c.Inside
}

// Outside is the case as somebody who does not work on it may have it: without
// what staff keep for themselves.
func (c Case) Outside() Case {
	c.Inside = nil
	return c
}

// outsideFor leaves the inside to the staff of the body that has the case.
func (c Case) outsideFor(by Actor) Case {
	if c.Inside != nil && !slices.ContainsFunc(readingRoles, func(r Role) bool { return by.HasRole(r, &c) }) {
		return c.Outside()
	}
	return c
}

// working are the roles that do something about a case; a supervisor may leave
// a note, and nothing else.
var working = []Role{RoleOfficer, RoleHead, RoleRegistrar}

// insideWork is one act on the inside of a case. No law speaks of it, so its
// rights are set here and not in a regulation.
type insideWork struct {
	act   ActKind
	roles []Role
	do    func(env *Env, c *Case) (map[string]string, error)
}

// onInside does such an act in one save with its event of the journal.
// Errors: NotFound for a case that is not the actor's, Forbidden for a role
// that may not; those of the act.
func (o *Office) onInside(ctx context.Context, by Actor, id string, w insideWork) (Case, error) {
	const op = "casework.onInside"
	c, err := o.store.Update(ctx, id, func(c Case) (Case, error) {
		if !by.MayRead(&c) {
			return c, Fail(NotFound, op, "case.none")
		}
		role, absent, held := by.roleOver(w.roles, &c)
		if !held {
			return c, Fail(Forbidden, op, "act.forbidden")
		}
		env, err := o.env(&c)
		if err != nil {
			return c, err
		}
		c = c.Clone()
		facts, err := w.do(env, &c)
		if err != nil {
			return c, err
		}
		c.record(env.Now, by.as(absent), role, w.act, facts)
		return c, nil
	})
	return c, err
}
