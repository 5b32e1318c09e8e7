// Package max connects the bot to the messenger MAX by its Bot API (adapter of
// package bots). It is the messenger of production: MAX is run in Russia, so
// article 10 part 8 of Federal law 149-FZ and article 41-FZ do not stand in
// its way. There is no library: the client is net/http and the few methods
// that a dialogue needs.
//
// # What it promises
//
// An update is acknowledged (marker moved, webhook answered 200) only after
// the dialogue has saved it. The marker is kept in Marks. A webhook without
// the secret is answered 401 before its body is read. The webhook is looked
// after every hour, because MAX drops a subscription that did not answer for
// eight hours, and adds subscriptions instead of replacing them.
//
// MAX gives updates no number. Their IDs are made of what never changes: the
// message ID, the time of an edit, the ID and time of a press.
//
// A file of a person is fetched by the ID of its message: the address to load
// it from is asked of MAX at that moment and never taken from an update, so a
// forged update cannot make this program call addresses of its choice.
//
// Files are sent in two steps (an address, then the contents), and MAX refuses
// a message whose file it has not yet looked through
// (attachment.not.ready): Send tries that again for a quarter of a minute, then
// says bots.RetryLater, and the next Send uses the same upload.
//
// Sends keep to the limits of MAX (package pace): 30 calls a second, two
// messages a second and dialogue, in the order of calls.
//
// # A message whose reply is lost
//
// If the connection breaks after a message was handed over, Send looks among
// the latest messages of the dialogue. If ours is there, it was sent. If it is
// not, it may still be under way: then Send says bots.Unsure.
package max
