package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
)

// AdoptDraft gives a person a draft that was begun before it was known whose it
// is, on a department's website for instance. handle is the secret by which it
// was handed over: the same handle gives the same draft however often it is
// used, so a repeated click or a crash makes no second one, and what has been
// changed since is not lost. Errors: TooMany as NewDraft, Unavailable.
func (o *Office) AdoptDraft(ctx context.Context, by Actor, handle string, d FilingDraft) (FilingDraft, error) {
	if handle == "" {
		return d, Fail(Invalid, "casework.AdoptDraft", "")
	}
	sum := sha256.Sum256([]byte("adopted draft\x00" + handle))
	d.ID, d.Version = hex.EncodeToString(sum[:16]), 0
	before, err := o.Draft(ctx, by, d.ID)
	if CodeOf(err) != NotFound {
		return before, err
	}
	mine, err := o.Drafts(ctx, by)
	if err != nil {
		return d, err
	}
	if len(mine) >= MaxDrafts {
		return d, &Error{Code: TooMany, Op: "casework.AdoptDraft", Message: "draft.too_many", Data: map[string]any{"Max": MaxDrafts}}
	}
	saved, err := o.SaveDraft(ctx, by, d)
	if code := CodeOf(err); code == Exists || code == Conflict {
		return o.Draft(ctx, by, d.ID)
	}
	return saved, err
}
