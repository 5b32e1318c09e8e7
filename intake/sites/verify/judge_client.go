package verify

import (
	"fmt"
	"maps"
	"slices"
)

// The names of the checks of a client, as they stand in its report.
const (
	checkSigned    = "signature"
	checkDigest    = "digest"
	checkClock     = "time"
	checkNonce     = "nonce"
	checkForm      = "contract"
	checkOnce      = "key"
	checkLost      = "key-after-loss"
	checkBusy      = "key-after-503"
	checkShared    = "key-shared"
	checkWaitBusy  = "wait-503"
	checkWaitQuota = "wait-429"
	checkPiece     = "piece-size"
	checkSequence  = "piece-order"
	checkResume    = "resume"
	checkWhole     = "upload-whole"
	checkCursor    = "cursor"
	checkRestart   = "restart"
	checkMore      = "more"
	checkField     = "unknown-field"
	checkCode      = "unknown-code"
)

// clientChecks are the checks of a client in the order of the report, with
// what has to happen before one can be seen.
var clientChecks = []struct{ name, title, unseen string }{
	{checkSigned, "Every request is signed over method, path, query and the bound headers", "no request came"},
	{checkDigest, "Every body matches the digest that was signed", "no request with a body came"},
	{checkClock, "Every request, a retry too, is signed at its own time", "no request came"},
	{checkNonce, "Every request, a retry too, has a nonce of its own", "no request came"},
	{checkForm, "Requests have the form of openapi.json", "no request came"},
	{checkOnce, "An appeal comes with an Idempotency-Key", "no appeal was filed"},
	{checkLost, "After a lost reply the appeal comes again under the same key", "no appeal was filed"},
	{checkBusy, "After a 503 the appeal comes again under the same key", "no appeal came a second time"},
	{checkShared, "Two appeals never share a key", "no appeal was filed"},
	{checkWaitBusy, "Retry-After of a 503 is waited for", "no request that was answered by 503 came again"},
	{checkWaitQuota, "Retry-After of a 429 is waited for", "no status of a filed appeal was asked for"},
	{checkPiece, "No piece is larger than partBytes of its upload", "no file was uploaded"},
	{checkSequence, "Pieces come in their order", "no file was uploaded"},
	{checkResume, "After a lost reply an upload goes on at the offset it is told", "no file was uploaded"},
	{checkWhole, "Every upload that was begun is finished", "no file was uploaded"},
	{checkCursor, "The list of changes is followed by its cursor", "the list of changes was not read on"},
	{checkRestart, "The list of changes is not begun anew", "the list of changes was not read on"},
	{checkMore, "The list is read on while more is true, over an empty page too", "the list of changes was not read"},
	{checkField, "Replies with further fields are understood", "no reply with a further field was worked with"},
	{checkCode, "A problem with an unknown code is judged by its status", "the list of changes was not read"},
}

// findings are what has been seen of a client, by the names of checks. A
// failure stands for good, whatever is seen later; the first reason is kept.
type findings struct {
	seen  map[string]bool
	wrong map[string]string
	times map[string]int
}

func newFindings() findings {
	return findings{map[string]bool{}, map[string]string{}, map[string]int{}}
}

func (f findings) clone() findings {
	return findings{maps.Clone(f.seen), maps.Clone(f.wrong), maps.Clone(f.times)}
}

func (f findings) pass(names ...string) {
	for _, n := range names {
		f.seen[n] = true
	}
}

func (f findings) fail(name, format string, args ...any) {
	if f.times[name]++; f.times[name] == 1 {
		f.wrong[name] = fmt.Sprintf(format, args...)
	}
}

// report lists the checks in their order.
func (f findings) report(url string) Report {
	out := Report{URL: url}
	for _, c := range clientChecks {
		r := Result{Name: c.name, Title: c.title, Reason: f.wrong[c.name]}
		switch {
		case r.Reason != "":
			if n := f.times[c.name]; n > 1 {
				r.Reason += fmt.Sprintf(" (%d times)", n)
			}
			out.Failed++
		case f.seen[c.name]:
			r.OK = true
			out.Passed++
		default:
			r.NotSeen, r.Reason = true, c.unseen
			out.NotSeen++
		}
		out.Checks = append(out.Checks, r)
	}
	return out
}

// settle turns what the client has left open into failures.
func (w *Watch) settle(f findings) {
	for _, op := range slices.Sorted(maps.Keys(w.holds)) {
		h := w.holds[op]
		f.fail(h.again, "%s was answered by %d and never came again; wait as long as Retry-After says and repeat the request, also if the code is one you do not know", op, h.status)
	}
	for _, a := range w.filings {
		if a.lost {
			f.fail(checkLost, "the reply to an appeal was lost and it never came again; keep the key with the appeal until there is a reply, and repeat")
		}
	}
	if w.filed != "" && !w.followed {
		f.fail(checkField, "the receipt had a field more, and nothing was done with it: no status was asked for, no list of changes; skip fields you do not know")
	}
	for _, u := range w.uploads {
		u.settle(f)
	}
	if w.listed && !w.allListed {
		f.fail(checkMore, "the last page read had \"more\": true; ask again with next at once, also if changes is empty")
	}
}

func (u *piecework) settle(f findings) {
	switch {
	case u.dropped:
		return
	case !u.touched:
		f.fail(checkField, "an upload was begun, its reply had a field more, and no piece came; skip fields you do not know")
	case u.lost:
		f.fail(checkResume, "the reply to a piece was lost, and neither the piece came again nor was the upload asked for")
	case u.told >= 0 && u.offset < u.size:
		f.fail(checkResume, "the upload was told to go on at %d, and no piece came", u.told)
	}
	if u.offset < u.size {
		f.fail(checkWhole, "%d of %d bytes came", u.offset, u.size)
	}
}
