package regulation

import (
	"context"
	"encoding/json"
	"path"
	"strings"

	"priemnaya/casework"
)

// Decide approves or rejects a proposed change. The second person must be
// another one than the first (promise P2); somebody and his deputy are one. Approving puts the file in force
// and returns the new law; open cases follow by a recomputation.
// Errors: NotFound, Conflict if it is decided already, Forbidden to the
// proposer.
func (b *Book) Decide(ctx context.Context, by casework.Actor, id string, approve bool) (Change, *casework.Laws, error) {
	c, err := b.Get(ctx, id)
	if err != nil {
		return c, nil, err
	}
	switch {
	case c.State != Proposed:
		return c, nil, casework.Fail(casework.Conflict, "regulation.Decide", "law.decided")
	case approve && by.OnePerson(c.By):
		return c, nil, casework.Fail(casework.Forbidden, "regulation.Decide", "law.second_person")
	}
	c.State, c.DecidedBy, c.DecidedAt = Rejected, by.ID, b.now().UTC()
	if !approve {
		c, err = b.save(ctx, c)
		return c, nil, err
	}
	laws, err := b.with(ctx, &c)
	if err != nil {
		return c, nil, err
	}
	if c.Was, err = b.Read(ctx, c.File); err != nil && casework.CodeOf(err) != casework.NotFound {
		return c, nil, err
	}
	if err := b.keepPast(ctx); err != nil {
		return c, nil, err
	}
	// The decision is kept before the file: a crash between leaves an approved
	// change whose file Resume puts in force.
	c.State = Approved
	if c, err = b.save(ctx, c); err != nil {
		return c, nil, err
	}
	if err := b.enforce(ctx, c); err != nil {
		return c, nil, err
	}
	laws.Past, err = b.past(ctx)
	return c, laws, err
}

// keepPast keeps the calendars in force before they change.
func (b *Book) keepPast(ctx context.Context) error {
	names, err := b.Files(ctx)
	if err != nil {
		return err
	}
	byName := map[string]map[string][]byte{}
	for _, file := range names {
		name, _, ok := cutLast(strings.TrimSuffix(path.Base(file), ".csv"), "-")
		if !ok || !strings.HasPrefix(file, "calendar/") {
			continue
		}
		text, err := b.Read(ctx, file)
		if err != nil {
			return err
		}
		if byName[name] == nil {
			byName[name] = map[string][]byte{}
		}
		byName[name][file] = []byte(text)
	}
	for _, files := range byName {
		calendars, err := readCalendars(overlay(files))
		if err != nil {
			return err
		}
		data, err := json.Marshal(files)
		if err != nil {
			return &casework.Error{Code: casework.Internal, Op: "regulation.keepPast", Err: err}
		}
		for _, cal := range calendars {
			_, err := b.shelf.Put(ctx, casework.Record{Kind: kindPast, ID: cal.Name() + "@" + cal.Revision(), Data: data})
			if err != nil && casework.CodeOf(err) != casework.Exists {
				return err
			}
		}
	}
	return nil
}

// enforce puts the file of an approved change in force.
func (b *Book) enforce(ctx context.Context, c Change) error {
	old, err := b.shelf.Fetch(ctx, kindFile, c.File)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return err
	}
	data, err := json.Marshal(c.Content)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "regulation.enforce", Err: err}
	}
	_, err = b.shelf.Put(ctx, casework.Record{Kind: kindFile, ID: c.File, Version: old.Version, Data: data})
	return err
}

// Progress notes how far the recomputation of an approved change has come.
func (b *Book) Progress(ctx context.Context, id string, done, moved int, finished bool) error {
	c, err := b.Get(ctx, id)
	if err != nil {
		return err
	}
	c.Done, c.Moved, c.Finished = done, moved, finished
	_, err = b.save(ctx, c)
	return err
}

// Unfinished lists approved changes whose recomputation has not ended; their
// files are put in force again, should a crash have come between.
func (b *Book) Unfinished(ctx context.Context) ([]Change, error) {
	all, err := b.Changes(ctx)
	if err != nil {
		return nil, err
	}
	var out []Change
	for _, c := range all {
		if c.State != Approved || c.Finished {
			continue
		}
		if err := b.enforce(ctx, c); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
