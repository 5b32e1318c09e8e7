// Package telegramtest is a local server that speaks the Telegram Bot API as
// the real one does: the same paths, parameters, JSON shapes, limits and error
// replies, with long polling and webhooks. Tests and the development mode talk
// to it instead of api.telegram.org.
//
// A Person is a simulated user: it writes, presses buttons, sends albums,
// edits, blocks the bot, and sees what the bot sent. Faults make the server do
// what the real one sometimes does: repeat an update, deliver out of order,
// demand a pause (429), fail (502), or accept a message and drop the
// connection before the reply.
//
// The shapes are written from the public description of the Bot API and share
// no type with the client library that the adapter uses, so that a mistake of
// that library is seen.
package telegramtest
