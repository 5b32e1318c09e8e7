// Package bots is the door of messengers: one dialogue for all of them, and
// the contract (Adapter) by which each is connected. Adapters live below:
// bots/telegram, bots/max, bots/console. They parse and carry; what is said is
// decided here, and what happens to an appeal is decided in casework.
//
// # The way of an update
//
//	messenger → Adapter.Listen → Attendant.Take → Step → one save → acknowledged
//	                                              ↓
//	                         work that the step asked for (draft, file, look up)
//	                                              ↓
//	                           its result → Step → one save → Adapter.Send
//
// Everything about a dialogue is one versioned record of casework.Shelf: where
// it is, which updates it has seen, which work it still owes, which replies
// have not left. An update is acknowledged after that record is saved and never
// before, so a crash loses nothing that was acknowledged; a repeated update is
// found among the seen ones and changes nothing. A reply is marked before it
// is sent. If the program ends between sending and writing that down, nobody
// can know whether the reply has arrived: it is sent once more and says so.
//
// # What Step is
//
// Step is a pure function of state and event: no clock, no store, no network.
// It returns the next state, replies as text IDs and errands. Every state
// offers a way out: the start, the site and the telephone of the body.
//
// # Who may file
//
// An account of a messenger is no identity (59-FZ art. 7, promises B2, M3).
// Until it is bound by its owner, signed in by ESIA on our site, the bot keeps
// a draft and never gives a number.
//
// # Writing an adapter
//
// Implement Adapter; keep to what its comments promise about acknowledging,
// about Update.ID and about SendError. An adapter has no timers of its own for
// repeating a message, splits no text and knows no appeal. Then run the common
// scenarios in its tests:
//
//	func TestScenariosOnTelegram(t *testing.T) {
//		bottest.Scenarios(t, func(t *testing.T) bottest.Side { … })
//	}
//
// A bottest.Side is the messenger's side: the server the adapter talks to,
// played by the test, with the hands of a user: Do (he types, presses, sends
// photos, an album, a place) and Shown (what he has seen so far). The harness
// makes the office, the clock and the dialogue around the adapter, plays each
// scenario of bots/bottest/scenarios/*.txt and compares what was shown.
package bots
