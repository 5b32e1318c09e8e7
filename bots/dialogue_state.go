package bots

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"priemnaya/casework"
)

// At is where a dialogue stands: which question was asked last.
type At string

// The places of a dialogue.
const (
	AtHome    At = "home"    // the menu
	AtWrite   At = "write"   // the text and files of an appeal
	AtPlace   At = "place"   // where it happened
	AtTopic   At = "topic"   // what it is about
	AtBody    At = "body"    // to whom
	AtMail    At = "mail"    // an e-mail besides the messenger
	AtCheck   At = "check"   // check and send
	AtMine    At = "mine"    // my appeals
	AtCase    At = "case"    // one appeal
	AtClarify At = "clarify" // an answer to the body's question
	AtRate    At = "rate"    // a mark for the answer
	AtRemark  At = "remark"  // words to the mark
	AtLink    At = "link"    // the one-time link was given
	AtForget  At = "forget"  // "forget me" waits for a yes
	AtSafe    At = "safe"    // sounds like a matter for the protected channel
)

// Places lists them all.
func Places() []At {
	return []At{AtHome, AtWrite, AtPlace, AtTopic, AtBody, AtMail, AtCheck, AtMine, AtCase, AtClarify, AtRate,
		AtRemark, AtLink, AtForget, AtSafe}
}

// State is everything a dialogue has to remember between two events.
type State struct {
	At   At     `json:"at"`
	Lang string `json:"lang"`
	// Bound is true if the chat was bound to a person when last looked at.
	Bound bool `json:"bound,omitempty"`
	// Linking is true while a one-time link may be waiting for its code.
	Linking bool `json:"linking,omitempty"`
	// Draft is the ID of the draft being written; Base is a text it had
	// already, Parts are the messages of its text in the order of arrival.
	Draft string `json:"draft,omitempty"`
	Base  string `json:"base,omitempty"`
	Parts []Part `json:"parts,omitempty"`
	// Composed is the digest of the text as the bot has last written it into
	// the draft: another one there means that the site has changed it.
	Composed string `json:"composed,omitempty"`
	// Open is true if the person wants to file in the open what sounds like a
	// matter for the protected channel. It holds for this draft only.
	Open bool `json:"open,omitempty"`
	// Review is true when a change leads back to the check.
	Review bool `json:"review,omitempty"`
	// Words are what the person typed to find a topic or a body.
	Words string `json:"words,omitempty"`
	// Case is the appeal that is shown, clarified or rated; Mark the mark.
	Case string `json:"case,omitempty"`
	Mark int    `json:"mark,omitempty"`
	// Files are those of a clarification that is being written.
	Files []casework.File `json:"files,omitempty"`
	// Filed is the number of the appeal filed last, FiledOrder the order of
	// the press that filed it: what is older belonged to it.
	Filed      string `json:"filed,omitempty"`
	FiledOrder int64  `json:"filedOrder,omitempty"`
	// Newest is the highest order of an update taken: what is older has been
	// overtaken on its way.
	Newest int64 `json:"newest,omitempty"`
}

// Part is one message of a text.
type Part struct {
	Message string `json:"message"`
	Order   int64  `json:"order"`
	Text    string `json:"text"`
}

// compose joins messages in the order in which they were sent.
func compose(base string, parts []Part) string {
	sorted := slices.Clone(parts)
	slices.SortStableFunc(sorted, func(a, b Part) int {
		switch {
		case a.Order < b.Order:
			return -1
		case a.Order > b.Order:
			return 1
		}
		return 0
	})
	var texts []string
	if base != "" {
		texts = append(texts, base)
	}
	for _, p := range sorted {
		texts = append(texts, p.Text)
	}
	return strings.Join(texts, "\n")
}

// ours reports whether the draft's text is what this dialogue has written, now
// or in a step that a crash has cut off before it was noted.
func (s State) ours(text string) bool {
	if digest(text) == s.Composed || text == "" {
		return true
	}
	for n := range len(s.Parts) + 1 {
		if compose(s.Base, s.Parts[:n]) == text {
			return true
		}
	}
	return false
}

// leaveDraft forgets the draft that was being written.
func (s *State) leaveDraft() {
	s.Draft, s.Base, s.Parts, s.Composed, s.Open, s.Review, s.Words = "", "", nil, "", false, false, ""
}

// tag marks buttons of a draft, so that an old button is known as such.
func (s State) tag() string {
	if len(s.Draft) < 6 {
		return "-"
	}
	return s.Draft[:6]
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// DraftID names the draft that an update of a dialogue begins: a repeat of the
// update begins no second one.
func DraftID(key, update string) string { return digest("draft", key, update)[:32] }
