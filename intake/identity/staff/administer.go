package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"priemnaya/casework"
)

// Search asks for a page of accounts. Empty fields do not filter.
type Search struct {
	// Words are beginnings of words of the name, the login or the position; all
	// must be found.
	Words string
	// Body keeps accounts with a role in the body, or with the Role there.
	Body string
	Role casework.Role
	casework.Window
}

// Page lists accounts in the order of logins, never more than the limit; next
// is "" at the end. It reads no further than the page needs.
func (d *Directory) Page(ctx context.Context, q Search) (list []Staff, next string, err error) {
	window := casework.Window{After: q.After, Limit: q.Limit}
	words := strings.Fields(strings.ToLower(q.Words))
	for {
		records, after, err := d.config.Shelf.List(ctx, kind, "", window)
		if err != nil {
			return nil, "", err
		}
		for i, r := range records {
			a, err := decode(r)
			if err != nil {
				return nil, "", err
			}
			if !q.fits(a.Staff, words) {
				continue
			}
			if list = append(list, a.Staff); len(list) < q.Limit {
				continue
			}
			if i == len(records)-1 {
				return list, after, nil
			}
			return d.cut(ctx, q, list, window.After, i+1)
		}
		if after == "" {
			return list, "", nil
		}
		window.After = after
	}
}

// cut finds the cursor behind the n-th record after another cursor: cursors
// are opaque, so a shorter page is asked for.
func (d *Directory) cut(ctx context.Context, q Search, list []Staff, after string, n int) ([]Staff, string, error) {
	_, next, err := d.config.Shelf.List(ctx, kind, "", casework.Window{After: after, Limit: n})
	return list, next, err
}

func (q Search) fits(s Staff, words []string) bool {
	held := slices.ContainsFunc(s.Grants, func(g casework.Grant) bool {
		return (q.Body == "" || g.Body == q.Body || g.Body == casework.Everywhere) && (q.Role == "" || g.Role == q.Role)
	})
	if !held && (q.Body != "" || q.Role != "") {
		return false
	}
	text := " " + strings.ToLower(s.Name+" "+s.Login+" "+s.Position)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, " "+w) })
}

// Digest tells whether a profile is still as somebody has seen it; signing in
// does not change it.
func (s Staff) Digest() string {
	data, err := json.Marshal([]any{s.Login, s.Name, s.Position, s.Email, s.Grants, s.Disabled})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Replaced changes the profile of an account that is still as it was seen (its
// Digest; "" makes a new account). check is asked about the change just before
// it is saved. Errors: Conflict, Exists, Invalid with fields, those of check;
// NotAllowed if no administrator of everything would be left.
func (d *Directory) Replaced(ctx context.Context, seen string, s Staff, check func(before Staff) error) (Staff, error) {
	const op = "staff.Replaced"
	d.administering.Lock()
	defer d.administering.Unlock()
	before, err := d.Get(ctx, s.Login)
	switch code := casework.CodeOf(err); {
	case code == casework.NotFound && seen == "" || code == casework.NotFound && !loginForm.MatchString(s.Login):
		before = Staff{}
	case err != nil:
		return before, err
	case seen == "":
		return before, &casework.Error{Code: casework.Invalid, Op: op, Fields: []casework.FieldError{{Field: "login", Key: "identity.staff.login_taken"}}}
	case before.Digest() != seen:
		return before, casework.Fail(casework.Conflict, op, "identity.staff.changed")
	}
	if err := check(before); err != nil {
		return before, err
	}
	if before.governs() && !s.governs() {
		// Asked before, too: putting back would end the sessions of the one who
		// is to stay.
		left, err := d.anyAdministrator(ctx, s.Login)
		if err != nil {
			return before, err
		}
		if !left {
			return before, casework.Fail(casework.NotAllowed, op, "identity.staff.last_administrator")
		}
	}
	s.MustChange = before.MustChange
	saved, err := d.Save(ctx, s)
	if err != nil || !before.governs() || saved.governs() {
		return saved, err
	}
	left, err := d.anyAdministrator(ctx, "")
	if err == nil && left {
		return saved, nil
	}
	// Looked at after the change, so that two who remove each other at the same
	// moment, in two processes, both see it.
	if _, back := d.Save(ctx, before); back != nil {
		return saved, back
	}
	if err != nil {
		return before, err
	}
	return before, casework.Fail(casework.NotAllowed, op, "identity.staff.last_administrator")
}

// governs reports whether the account can administer everything.
func (s Staff) governs() bool {
	_, all := s.Actor().Bodies(casework.RoleAdministrator)
	return all && !s.Disabled
}

// anyAdministrator reports whether somebody but the given one governs.
func (d *Directory) anyAdministrator(ctx context.Context, but string) (bool, error) {
	list, err := d.List(ctx, "")
	return slices.ContainsFunc(list, func(s Staff) bool { return s.governs() && s.Login != but }), err
}

// GivePassword makes a password for an account and returns it, to be shown once;
// the next sign-in asks for another one. All sessions end. Errors: NotFound.
func (d *Directory) GivePassword(ctx context.Context, login string) (password string, err error) {
	// A password that happens to hold the login is refused; the next will not.
	for range 5 {
		raw := make([]byte, 10)
		rand.Read(raw)
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		password = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
		if err = d.SetPassword(ctx, login, password, true); casework.CodeOf(err) != casework.Invalid {
			break
		}
	}
	return password, err
}
