package bots

import (
	"context"
	"io"
	"time"
)

// Adapter connects one messenger: it turns what arrives there into Updates and
// carries Messages the other way. It decides nothing. It is called by many
// goroutines.
type Adapter interface {
	// Platform names the messenger: "telegram", "max", "console". It is part
	// of stored keys and never changes.
	Platform() string
	// Abilities say what the messenger can do.
	Abilities() Abilities
	// Listen receives updates until ctx ends and hands each to take. Only
	// after take has returned nil may the update be acknowledged to the
	// messenger (the offset moved, the webhook answered 200); after an error
	// the same update must be handed over again later, which the messenger
	// does by itself or the adapter by a pause of its own. Updates of
	// different chats may be handed over in parallel. It returns nil when ctx
	// has ended, else why it cannot go on.
	Listen(ctx context.Context, take Take) error
	// Send sends one message and returns its ID in the chat. It makes one
	// attempt: waiting and repeating are the caller's. Errors: *SendError.
	Send(ctx context.Context, chat string, m Message) (id string, err error)
	// Settle tells the messenger that a press was heard, so that its button
	// stops spinning; nothing is shown. It is a courtesy: errors are ignored.
	Settle(ctx context.Context, press string) error
	// Fetch opens a file of an update. limit is the most bytes that will be
	// read: an adapter that knows a larger size refuses at once. The caller
	// closes. Errors: *SendError.
	Fetch(ctx context.Context, f RemoteFile, limit int64) (io.ReadCloser, error)
}

// Take saves an update and what follows from it. nil means that it is kept or
// was kept before: acknowledge it. Any error means: not kept, hand it over
// again later. Rejected updates (a flood, a group chat) also give nil.
type Take func(ctx context.Context, u Update) error

// Abilities are the measures of a messenger.
type Abilities struct {
	// TextRunes is the longest text of one message; longer ones are split by
	// the dialogue before they reach Send.
	TextRunes int
	// FetchBytes is the largest file the messenger lets a bot download, 0 if
	// it sets no limit. SendBytes is the largest it lets a bot send.
	FetchBytes, SendBytes int64
	// Buttons is true if messages may have buttons. Where they cannot, the
	// adapter prints them as numbered lines and turns a typed number into the
	// press of that button.
	Buttons bool
	// ButtonBytes is the most bytes of Button.Data; never less than 64.
	ButtonBytes int
	// Locations is true if a button can ask for the location (Button.Ask).
	Locations bool
}

// Update is one thing that happened in a messenger. Exactly one of Text,
// Caption with Files, Press, Place, Start, Left or Unknown carries meaning.
type Update struct {
	// ID is unique in the platform for this happening and the same every time
	// the messenger repeats it. Where the messenger gives none, the adapter
	// derives it from what never changes: kind, message ID, time of edit.
	ID string
	// Order grows with the order in which things happened in the chat, as far
	// as the messenger tells (its message number or its time in ms).
	Order int64
	// At is the messenger's own time of the happening.
	At time.Time
	// Chat is the ID of the private dialogue; Group is true for a chat of
	// several people, where the bot never talks about appeals.
	Chat  string
	Group bool
	// User is who did it.
	User User
	// Message is the ID of the message; Edited is true if it repeats an
	// earlier message with new contents.
	Message string
	Edited  bool
	// Text is what was typed, or the caption of Files.
	Text string
	// Start is true for the command that begins the dialogue (/start or the
	// messenger's own "bot started"); Payload is what the link carried.
	Start   bool
	Payload string
	// Press is the Data of a pressed button, PressID what Settle wants.
	Press, PressID string
	// Files are what was attached. Album joins the messages of one album:
	// the messenger's media group ID, empty for single messages.
	Files []RemoteFile
	Album string
	// Place is a location that was sent.
	Place *Place
	// Left is true if the person has blocked or removed the bot.
	Left bool
	// Unknown is true for what the bot cannot read: stickers, polls, contacts.
	Unknown bool
}

// User is a person as the messenger shows him. It is no identity.
type User struct {
	ID string
	// Name is the shown name, Handle the @name without @, if there is one.
	Name, Handle string
	// Lang is the language of his messenger, "ru", "en-GB", or empty.
	Lang string
}

// Place is a point on the Earth in degrees, WGS 84.
type Place struct {
	Latitude, Longitude float64
}

// FileKind is what a messenger calls an attachment.
type FileKind string

// The kinds of attachments.
const (
	Photo    FileKind = "photo"
	Document FileKind = "document"
	Voice    FileKind = "voice"
	Audio    FileKind = "audio"
	Video    FileKind = "video"
)

// RemoteFile is an attachment that still lies with the messenger.
type RemoteFile struct {
	// Ref is whatever Fetch needs: a file ID, a token, an address. It may be
	// stored for an hour; it must hold no secret of the bot.
	Ref  string
	Kind FileKind
	// Name and Type are as the messenger says, empty if it says nothing.
	Name, Type string
	// Size is in bytes, 0 if unknown.
	Size int64
}

// Message is what the bot says: plain text, never markup. An adapter escapes
// it or sends it without a parse mode.
type Message struct {
	// Text has at most Abilities.TextRunes signs; empty only with Files.
	Text string
	// Buttons are shown below the text, row by row.
	Buttons [][]Button
	// File is sent as a document with Text as the caption, or after the text
	// where captions are too short.
	File *Attachment
	// Silent asks for no sound: quiet hours at the recipient.
	Silent bool
}

// Button is a button below a message. Exactly one of Data, URL, Ask is set.
type Button struct {
	// Text is what it says, at most 40 signs.
	Text string
	// Data comes back as Update.Press; at most 64 bytes of ASCII.
	Data string
	// URL opens a page.
	URL string
	// Ask is true for a button that sends the person's location. Messengers
	// without one leave it out: the text always says another way too.
	Ask bool
}

// Attachment is a file that the bot sends.
type Attachment struct {
	Name, Type string
	// Size is in bytes and exact.
	Size int64
	// Open reads the file from the start; it may be called again.
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// SendReason is why a message or file did not pass.
type SendReason string

// The reasons.
const (
	// RetryLater: the messenger is busy, asks to wait or does not answer.
	RetryLater SendReason = "retry_later"
	// Unsure: the connection broke after the message was handed over; it may
	// have arrived.
	Unsure SendReason = "unsure"
	// Blocked: the person has blocked the bot. Nothing more can be sent until
	// he starts it again.
	Blocked SendReason = "blocked"
	// Gone: the chat or the account does not exist any more.
	Gone SendReason = "gone"
	// TooBig: the file or the text is above the messenger's limit.
	TooBig SendReason = "too_big"
	// Refused: the messenger refuses this message for good: a defect of ours.
	Refused SendReason = "refused"
	// Unauthorized: the bot's token is not accepted; nothing works until the
	// administrator gives another.
	Unauthorized SendReason = "unauthorized"
	// Lost: the file is not there any more.
	Lost SendReason = "lost"
)

// SendError is why Send or Fetch failed.
type SendError struct {
	Reason SendReason
	// After is how long the messenger asks to wait (RetryLater), 0 unknown.
	After time.Duration
	// Whole is true if the wait is for the bot as a whole, not for one chat.
	Whole bool
	// Err is the cause. It may hold the token in an address: never printed.
	Err error
}

// Error names the reason only: errors reach the log, tokens must not.
func (e *SendError) Error() string { return "bots: " + string(e.Reason) }

// Unwrap gives the cause to errors.Is and errors.As.
func (e *SendError) Unwrap() error { return e.Err }

// Again reports whether the same call may succeed later.
func (e *SendError) Again() bool { return e.Reason == RetryLater || e.Reason == Unauthorized }
