// Package portal is the citizen's side of the web: filing an appeal in short
// steps, the list of one's own appeals, the page of a case, the door for those
// who have a number and an access code only, and the pages that explain.
//
// # Wiring
//
//	p, err := portal.New(portal.Config{Office: office, Kit: kit, Files: files, Shelf: shelf,
//		Topics: topics, Applicant: identity.Applicant, Seal: seal})
//	p.Mount(app) // after kit.Mount(app)
//
// The set of templates is loaded with Options.Links: portal.Links(), so that
// headers lead here. The body limit of the app must leave room for ten files;
// a text above its limit is answered by the page itself, with everything typed.
//
// # How filing works
//
// Each step is a row of a table (steps.go): what it takes from the form, what
// it checks, how it is shown. Whatever is posted is saved into the draft before
// it is checked, so a mistake never costs what was typed. The draft's ID is the
// idempotency key of its submission: a second press, a reload and a retry after
// a lost answer all lead to the same receipt. A post by somebody whose session
// has ended is laid aside for an hour and put into the draft after signing in.
//
// The first question tells the procedures apart (offer_regimes.go); complaints
// have a step of their own (step_complaint.go) in the place of the topic. What
// sounds like a matter for the protected channel is never filed in the open
// without a separate consent, which holds for that very text only
// (guard_protected.go).
//
// Every page works without JavaScript; every read of a case goes through
// Office.Read or Office.Track and stands in the journal of reads. A case or a
// draft of another person and one that does not exist look the same.
package portal
