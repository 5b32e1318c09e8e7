// Package desk holds the pages of those who work on cases: registrars,
// officers, heads and supervisors. It decides nothing: a handler reads the
// form, calls one method of casework.Office and shows what came of it.
//
// One file is one page or one act. Every form of an act carries "seen", the
// number of journal events its page showed; if somebody has acted meanwhile,
// the act is refused and a page shows what happened and keeps what was typed.
//
// Everything works without JavaScript; static/desk.js adds keys.
package desk
