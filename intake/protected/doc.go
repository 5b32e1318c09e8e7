// Package protected is the door of the protected anonymous channel: what a
// person sees who writes to one agency without saying who he is (59-FZ art. 6,
// as amended by 547-FZ). docs/threat-model.md says against whom it is built.
//
// # Apart
//
// One process serves one agency: `priemnaya protected --agency NAME`. It has a
// listener, a folder, a store and keys of its own, imports nothing of the cabinet,
// the desk, the letters or the statistics, and none of them imports it.
//
// # What it keeps and tells
//
// No request is logged, counted by address or measured. No cookie exists before a
// person has words. Every answer has the same headers (see headers), no Date, no
// name of a server, and a length that is a multiple of PageStep.
//
// # The way of a report without scripts
//
//	GET  /          what the channel is, other agencies
//	GET  /new       before you write (or the queue); a pass in the form
//	POST /words     seven words, shown once; a cookie carries the keys, closed
//	                with a key that only this process has and never writes down
//	GET  /confirm   three of the words are asked; POST checks them
//	GET  /write     text and files; POST cleans, seals and stores them
//	GET  /sent      what happens now
//	GET  /return    the words; POST answers the same to right, wrong and expired
//	                words, because it does not look: it derives keys and gives a cookie
//	GET  /box       the dialogue, or "nothing is found", the same for wrong and expired
//	POST /box       an answer; GET /file/N a file; /erase shreds; POST /leave forgets
//
// # With scripts
//
// door.js seals in the browser and speaks to /api: the words never leave it.
//
// # Floods
//
// A pass opens what costs: it is given with a page while few come, by a queue
// when many come, or for a proof of work. See gate.
package protected
