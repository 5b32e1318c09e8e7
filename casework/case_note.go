package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ActNote (внутренняя заметка) adds a note to a case.
const ActNote ActKind = "note"

// MaxNote is the longest note in characters, MaxNotes the most a case holds.
const (
	MaxNote  = 5000
	MaxNotes = 500
)

// Note (внутренняя заметка) is what staff tell each other about a case. Notes
// are only ever added; the journal holds that one was, not what it says.
type Note struct {
	ID   string    `json:"id"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// AddNote adds a note for colleagues. Staff who work on the case and those who
// watch it may, at any stage. Errors: NotFound, Forbidden, Invalid.
func (o *Office) AddNote(ctx context.Context, by Actor, id, text string) (Case, error) {
	text = strings.TrimSpace(text)
	c, err := o.onInside(ctx, by, id, insideWork{ActNote, slices.Concat(working, []Role{RoleSupervisor}),
		func(env *Env, c *Case) (map[string]string, error) {
			if err := needText("note", text, MaxNote); err != nil {
				return nil, err
			}
			in := c.inside()
			if len(in.Notes) >= MaxNotes {
				return nil, Fail(TooLarge, "casework.AddNote", "note.full")
			}
			n := Note{ID: nextID("n", len(in.Notes)), By: by.ID, At: env.Now, Text: text}
			in.Notes = append(in.Notes, n)
			return map[string]string{"note": n.ID, "digest": textDigest(text), "length": strconv.Itoa(len([]rune(text)))}, nil
		}})
	return c, err
}

// Notes are the notes of a case, oldest first.
func (c *Case) Notes() []Note {
	if c.Inside == nil {
		return nil
	}
	return c.Inside.Notes
}
