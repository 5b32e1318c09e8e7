package desk

import (
	"context"
	"time"

	"priemnaya/casework"
)

// Law is the law book that administrators keep: the files in force and the
// changes that two people make.
type Law interface {
	// Files lists the files in force. Errors: Unavailable.
	Files(ctx context.Context) ([]LawFile, error)
	// Read gives the text of one. Errors: NotFound.
	Read(ctx context.Context, file string) (string, error)
	// Propose checks an edit and keeps it for a second person, with its impact.
	// Errors: *LawMistakes, Invalid with fields, Unavailable.
	Propose(ctx context.Context, by casework.Actor, e LawEdit) (LawChange, error)
	// Changes lists all changes, oldest first.
	Changes(ctx context.Context) ([]LawChange, error)
	// Change gives one with its text. Errors: NotFound.
	Change(ctx context.Context, id string) (LawChange, error)
	// Decide approves or rejects. Errors: NotFound, Conflict if it is decided,
	// Forbidden to whoever proposed it.
	Decide(ctx context.Context, by casework.Actor, id string, approve bool) (LawChange, error)
}

// LawFile is a regulation or a year of a calendar in force.
type LawFile struct {
	// Name is data/NAME.yaml or calendar/NAME-YEAR.csv.
	Name string
	// Title is the regulation's by language, or the calendar's name.
	Title map[string]string
	// Version and From are those of a regulation.
	Version string
	From    casework.Date
	// Year, Source and Provisional are those of a calendar.
	Year        int
	Source      string
	Provisional bool
}

// Calendar reports whether the file is a year of a calendar.
func (f LawFile) Calendar() bool { return f.Year != 0 }

// LawEdit is a proposed new text of a file.
type LawEdit struct{ File, Content, Why string }

// LawChange is a proposed, approved or rejected edit.
type LawChange struct {
	LawEdit
	ID, By string
	At     time.Time
	// Was is the text that an approved change has replaced; "" for a new file.
	Was string
	// State is proposed, approved or rejected.
	State     string
	Impact    casework.Impact
	DecidedBy string
	DecidedAt time.Time
	// Done and Moved are how far the recomputation of open cases has come.
	Done, Moved int
	Finished    bool
}

// LawMistakes is why a file cannot be taken: one line a mistake, each with
// file and line.
type LawMistakes struct{ Lines []string }

// Error says how many mistakes there are; the lines are for a page.
func (m *LawMistakes) Error() string { return "desk: the file has " + itoa(len(m.Lines)) + " mistakes" }
