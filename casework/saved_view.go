package casework

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// SavedView (сохранённый отбор) is a list with its filter under a name, kept
// for one member of staff.
type SavedView struct {
	// ID is given by SaveView.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Query is the filter as the desk writes it into an address.
	Query string `json:"query"`
	// Default opens the desk with this view; at most one has it.
	Default bool `json:"default,omitempty"`
}

// Limits of saved views.
const (
	// MaxViews is how many views one person may keep.
	MaxViews = 30
	// MaxViewName is the longest name in characters.
	MaxViewName = 60
	// maxViewQuery is the longest filter in bytes.
	maxViewQuery = 4000
	// KindViews is the shelf's kind of saved views; the ID is the actor's.
	KindViews = "desk.views"
)

// Views lists the saved views of a member of staff by name.
// Errors: Unauthenticated, Unavailable.
func (o *Office) Views(ctx context.Context, by Actor) ([]SavedView, error) {
	views, _, err := o.views(ctx, by)
	return views, err
}

func (o *Office) views(ctx context.Context, by Actor) ([]SavedView, Record, error) {
	if by.ID == "" || !by.Staff() {
		return nil, Record{}, Fail(Unauthenticated, "casework.Views", "")
	}
	r, err := o.shelf.Fetch(ctx, KindViews, by.ID)
	if CodeOf(err) == NotFound {
		return nil, Record{Kind: KindViews, ID: by.ID, Owner: by.ID}, nil
	}
	if err != nil {
		return nil, r, err
	}
	var views []SavedView
	return views, r, wrap(Corrupted, "casework.Views", json.Unmarshal(r.Data, &views))
}

// SaveView keeps a new view, or the new name, filter and default of the one
// with its ID; an empty filter leaves the old one.
// Errors: Invalid for the field "name"; TooMany over MaxViews; NotFound for an
// unknown ID.
func (o *Office) SaveView(ctx context.Context, by Actor, v SavedView) (SavedView, error) {
	const op = "casework.SaveView"
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > MaxViewName || !utf8.ValidString(v.Name) || strings.ContainsFunc(v.Name, forbiddenControl) {
		return v, badView(op, "view.name_needed")
	}
	if len(v.Query) > maxViewQuery {
		return v, badView(op, "view.query_long")
	}
	added := v.ID == ""
	if added {
		var id [8]byte
		rand.Read(id[:])
		v.ID = hex.EncodeToString(id[:])
	}
	return v, o.changeViews(ctx, by, func(views []SavedView) ([]SavedView, error) {
		if slices.ContainsFunc(views, func(o SavedView) bool { return o.ID != v.ID && strings.EqualFold(o.Name, v.Name) }) {
			return nil, badView(op, "view.name_taken")
		}
		if v.Default {
			for i := range views {
				views[i].Default = false
			}
		}
		if !added {
			i := slices.IndexFunc(views, func(o SavedView) bool { return o.ID == v.ID })
			if i < 0 {
				return nil, Fail(NotFound, op, "view.none")
			}
			if v.Query == "" {
				v.Query = views[i].Query
			}
			views[i] = v
			return views, nil
		}
		if len(views) >= MaxViews {
			return nil, &Error{Code: TooMany, Op: op, Message: "view.too_many", Data: map[string]any{"Max": MaxViews}}
		}
		return append(views, v), nil
	})
}

// DropView removes a view; none is no error.
func (o *Office) DropView(ctx context.Context, by Actor, id string) error {
	return o.changeViews(ctx, by, func(views []SavedView) ([]SavedView, error) {
		return slices.DeleteFunc(views, func(v SavedView) bool { return v.ID == id }), nil
	})
}

func badView(op, key string) error {
	return &Error{Code: Invalid, Op: op, Message: "view.invalid",
		Fields: []FieldError{{Field: "name", Key: key, Data: map[string]any{"Max": MaxViewName}}}}
}

// changeViews changes the list of a person; two windows of his may do so at
// once, then the second begins again.
func (o *Office) changeViews(ctx context.Context, by Actor, change func([]SavedView) ([]SavedView, error)) error {
	const rounds = 10
	var err error
	for range rounds {
		var views []SavedView
		var r Record
		if views, r, err = o.views(ctx, by); err != nil {
			return err
		}
		if views, err = change(views); err != nil {
			return err
		}
		slices.SortFunc(views, func(a, b SavedView) int {
			return strings.Compare(strings.ToLower(a.Name)+a.ID, strings.ToLower(b.Name)+b.ID)
		})
		if r.Data, err = json.Marshal(views); err != nil {
			return wrap(Internal, "casework.changeViews", err)
		}
		_, err = o.shelf.Put(ctx, r)
		if code := CodeOf(err); code != Conflict && code != Exists {
			return err
		}
	}
	return err
}
