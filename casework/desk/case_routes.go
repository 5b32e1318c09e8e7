package desk

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// CaseAids are what a case page needs from elsewhere; each may be nil.
type CaseAids struct {
	// Lint lists the signs that a letter is a formal reply, in a language.
	Lint func(c *casework.Case, lang string) (signs []LetterSign, formal bool)
	// Speaks reports whether a letter speaks of a subject in words.
	Speaks func(letter, subject string) bool
	// Absences is the book of who stands in for whom; nil leaves its pages out.
	Absences Absences
}

// LetterSign is one thing that a check of a letter has noticed.
type LetterSign struct{ Title, Why string }

// caseRoutes are the addresses of what a case page has besides its acts.
func (d *Desk) caseRoutes() []route {
	return []route{
		{fiber.MethodGet, casePath + "/note", d.backToCase},
		{fiber.MethodPost, casePath + "/note", d.addNote},
		{fiber.MethodGet, casePath + "/link", d.backToCase},
		{fiber.MethodPost, casePath + "/link", d.linkSimilar},
		{fiber.MethodGet, casePath + "/question/:question", d.editQuestion},
		{fiber.MethodPost, casePath + "/question/:question", d.saveQuestion},
		{fiber.MethodGet, casePath + "/file/:file/view", d.viewFile},
		{fiber.MethodGet, casePath + "/redact", d.askRedactText},
		{fiber.MethodPost, casePath + "/redact", d.redactText},
		{fiber.MethodGet, casePath + "/redact/:file", d.askRedactFile},
		{fiber.MethodPost, casePath + "/redact/:file", d.redactFile},
		{fiber.MethodGet, casePath + "/enclose/:copy", d.backToCase},
		{fiber.MethodPost, casePath + "/enclose/:copy", d.encloseCopy},
	}
}
