// Package desk holds the pages of those who work on cases: registrars,
// officers, heads and supervisors. It decides nothing: a handler reads the
// form, calls one method of casework.Office and shows what came of it.
//
// One file is one page or one act. Every form of an act carries "seen", the
// number of journal events its page showed; if somebody has acted meanwhile,
// the act is refused and a page shows what happened and keeps what was typed.
//
// The lists are list_queue.go and queue_*.go: a tab is a query and a pick, the
// address holds filter and place, a saved view is such an address. Acts on
// many cases (bulk_*.go) are asked, confirmed and shown here; casework does
// them in the background.
//
// What administrators keep is admin*.go: one file is one thing; its port to the
// rest of the program stands first in it (admin_registry.go, admin_accounts.go,
// admin_site_card.go for the great ones). A change asks why, keeps its history
// and can be returned from; what cannot is asked about first (confirm). Letter
// templates (list_templates.go, edit_template.go) are open to heads too.
//
// Everything works without JavaScript; static/desk.js adds keys, which the help
// sheet of components/desk_queue.html lists and the script reads from there.
package desk
