package bottest

import (
	"context"

	"priemnaya/bots"
)

// Side is the messenger's side of a dialogue, played by a test: a server that
// speaks the messenger's real API with the hands and eyes of its users.
type Side interface {
	// Adapter is connected to this side. The harness calls its Listen once.
	Adapter() bots.Adapter
	// Do lets a user of a chat do something. It returns when the side has
	// taken it, before the bot has answered.
	Do(ctx context.Context, chat string, d Deed) error
	// Shown is all that the bot has shown in a chat so far, in its order.
	Shown(chat string) []Shown
	// Close ends the side after the adapter has stopped.
	Close()
}

// Deed is what a user does; one field is set, except that Text may be the
// caption of Files.
type Deed struct {
	// Text is typed and sent.
	Text string
	// Edit changes the user's latest message with text to this.
	Edit string
	// Start begins the dialogue by a link with a payload; " " is none.
	Start string
	// Press is the Data of a button that was shown; the side presses the
	// latest message that has it.
	Press string
	// Files are sent as one message, or, if Album, as one album in the way of
	// the messenger.
	Files []File
	Album bool
	// Place is sent as a location.
	Place *bots.Place
	// Left blocks the bot.
	Left bool
	// Sticker sends something that no bot can read.
	Sticker bool
	// Again repeats this many times what the side has delivered already: the
	// latest updates of the chat, in the same form.
	Again int
}

// File is a file in the hands of a user.
type File struct {
	Kind bots.FileKind
	Name string
	Type string
	Data []byte
}

// Shown is one message of the bot as the user sees it.
type Shown struct {
	Text    string
	Buttons []bots.Button
	// File is the name of a document, Data its contents.
	File string
	Data []byte
}
