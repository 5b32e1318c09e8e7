// Package telegram connects the bot to Telegram by its Bot API (adapter of
// package bots). Updates come by long polling or by a webhook; replies leave
// as plain text without a parse mode, so nothing that a citizen or an officer
// typed can be taken for markup.
//
// # What it promises
//
// An update is acknowledged (offset moved, webhook answered 200) only after
// the dialogue has saved it. The offset is kept in Marks, so that a restart
// asks for nothing twice; an offset older than six days is not used, because
// Telegram may begin new numbers after a week of silence. A webhook without
// the secret token is answered 401 before its body is read.
//
// Sends keep to Telegram's limits (package pace): 30 calls a second, one
// message a second and chat, in the order of calls, and a pause that Telegram
// demanded (429) is kept even if the caller does not.
//
// The token is part of every address of the Bot API. No error of this package
// holds an address, redirects are not followed, and the library's own log is
// never switched on.
//
// # What cannot be promised
//
// The Bot API has no idempotency key. If the connection breaks after a message
// was handed over in full and before the reply came, nobody can tell whether
// it arrived: Send says bots.Unsure, and a repeated send may show the message
// twice. If not all bytes had left, it did not arrive, and Send says
// bots.RetryLater.
package telegram
