package bots

import (
	"time"

	"priemnaya/casework"
)

// Event is what Step reacts to: an update of the person, or the result of an
// errand. Exactly one is set.
type Event struct {
	Said *Update
	Done *Result
}

// Facts are what Step may know besides the state: values, looked up before.
type Facts struct {
	// Key names the dialogue, "telegram/12345".
	Key string
	// Person is whom the chat is bound to, nil for nobody.
	Person *casework.Applicant
	// Draft is the draft of the state, nil if there is none any more.
	Draft *casework.FilingDraft
	// Registry finds bodies; TopicName names a topic, "" if unknown.
	Registry  *casework.Registry
	TopicName func(code string) string
	// Site is the address of the portal, Protected that of the protected
	// channel (may be empty), Phone the telephone to call when no body is
	// chosen (may be empty).
	Site, Protected, Phone string
	// Locate names the address and territory of a point; nil says the point.
	Locate func(Place) (address, territory string)
}

// Reply is something to say. Texts are IDs of the locale files until it leaves.
type Reply struct {
	// Text is "bot.…"; Data fills it, N chooses the plural where it is not
	// nil. Raw is said as it is, after Text: a letter, a person's own words.
	Text string            `json:"text,omitempty"`
	Data map[string]string `json:"data,omitempty"`
	N    *int              `json:"n,omitempty"`
	Raw  string            `json:"raw,omitempty"`
	// More are further paragraphs.
	More []Line `json:"more,omitempty"`
	// Rows are buttons; the way out is added below them.
	Rows [][]Choice `json:"rows,omitempty"`
	// File is sent with it.
	File *casework.File `json:"file,omitempty"`
	// Slot joins replies that would say the same again: a newer one replaces
	// an older one that has not left, and it waits a moment for more.
	Slot string `json:"slot,omitempty"`
	// Plain replies have no buttons for the way out: others follow at once.
	Plain bool `json:"plain,omitempty"`
	// Silent is for the night.
	Silent bool `json:"silent,omitempty"`
}

// Line is a paragraph of a reply.
type Line struct {
	Text string            `json:"text,omitempty"`
	Data map[string]string `json:"data,omitempty"`
	Raw  string            `json:"raw,omitempty"`
}

// Choice is a button: Text is an ID, Label what it says as it is.
type Choice struct {
	Text  string `json:"text,omitempty"`
	Label string `json:"label,omitempty"`
	Data  string `json:"data,omitempty"`
	URL   string `json:"url,omitempty"`
	Ask   bool   `json:"ask,omitempty"`
}

// Job names an errand.
type Job string

// The errands. Each is harmless if it is done twice.
const (
	JobText    Job = "text"    // write the messages into the draft
	JobClear   Job = "clear"   // empty the draft's text
	JobSet     Job = "set"     // set a field of the draft
	JobAttach  Job = "attach"  // fetch a file and attach it
	JobTopics  Job = "topics"  // suggest topics
	JobBodies  Job = "bodies"  // suggest bodies
	JobPreview Job = "preview" // what would be filed, and the dates
	JobFile    Job = "file"    // file
	JobDrop    Job = "drop"    // throw the draft away
	JobWipe    Job = "wipe"    // erase what was written here into the draft
	JobMine    Job = "mine"    // list appeals and drafts
	JobCase    Job = "case"    // show one
	JobAnswer  Job = "answer"  // send the answer
	JobClarify Job = "clarify" // answer the body's question
	JobRate    Job = "rate"    // rate the answer
	JobLink    Job = "link"    // make a one-time link
	JobCode    Job = "code"    // check a typed code and bind
	JobUnlink  Job = "unlink"  // drop the binding
	JobForget  Job = "forget"  // erase everything that was made here
)

// Errand is work that a step asks for. It is saved before it is begun.
type Errand struct {
	Job   Job         `json:"job"`
	Draft string      `json:"draft,omitempty"`
	Case  string      `json:"case,omitempty"`
	Name  string      `json:"name,omitempty"`
	Value string      `json:"value,omitempty"`
	N     int         `json:"n,omitempty"`
	File  *RemoteFile `json:"file,omitempty"`
	Album string      `json:"album,omitempty"`
	Order int64       `json:"order,omitempty"`
	Who   *User       `json:"who,omitempty"`
}

// Result is how an errand ended.
type Result struct {
	Errand Errand
	// Fault is why it could not be done; nil for done.
	Fault *Fault
	// Draft is the draft after it; Changed is true if the site had changed its
	// text meanwhile, Base the text it had.
	Draft   *casework.FilingDraft
	Changed bool
	Base    string
	// Covered is how many parts the text holds.
	Covered int
	// File is what was attached; Had is true if it was there already.
	File *casework.File
	Had  bool
	// Options are suggestions or a list.
	Options []Option
	More    bool
	// Case is a case that was filed, shown or acted upon; Acts what may be
	// done; Question what the body has asked.
	Case     *casework.Case
	Acts     []casework.ActKind
	Question string
	Rated    bool
	// Faults are mistakes of what would be filed; Register and Answer the
	// dates; Sum names what was previewed; Moved is true if it had changed.
	Faults           []Fault
	Register, Answer string
	Sum              string
	Moved            bool
	// URL and Code are those of a one-time link, Till its end.
	URL, Code string
	Till      time.Time
	// Name is the person a chat was bound to.
	Name string
}

// Fault is a reason for the person: a text ID with its data.
type Fault struct {
	Text string
	Data map[string]string
}

// Option is one suggestion.
type Option struct {
	Value, Label, Hint string
}
