package files

import (
	"context"
	"errors"
	"io"
	"regexp"

	"gocloud.dev/gcerrors"
)

// partForm is the form of a name given to KeepPart.
var partForm = regexp.MustCompile(`^[0-9a-z-]{1,64}/[0-9a-z-]{1,64}$`)

// KeepPart seals and stores one piece of an upload that is not complete yet.
// The name, "upload/piece", is the caller's and must be new. Sweep knows
// nothing of pieces: whoever keeps them drops them. Errors: StorageFailed,
// Interrupted.
func (s *Store) KeepPart(ctx context.Context, name string, content io.Reader) error {
	if !partForm.MatchString(name) {
		return describe(errors.New("bad name of a piece"), "files.KeepPart", "", StorageFailed)
	}
	return describe(s.write(ctx, "parts/"+name, content), "files.KeepPart", "", StorageFailed)
}

// OpenPart gives a piece back; every byte has passed the check of its chunk.
// Errors: Missing, KeyUnknown, StorageFailed; Read returns Corrupted too.
func (s *Store) OpenPart(ctx context.Context, name string) (io.ReadCloser, error) {
	const op = "files.OpenPart"
	if !partForm.MatchString(name) {
		return nil, describe(refuse(Missing, nil, nil), op, "", Missing)
	}
	blob, err := s.cfg.Bucket.NewReader(ctx, "parts/"+name, nil)
	if err != nil {
		return nil, describe(err, op, "", storageReason(err))
	}
	plain, err := newUnsealer(blob, s.cfg.Keys, "parts/"+name)
	if err != nil {
		return nil, errors.Join(describe(err, op, "", StorageFailed), blob.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, blob}, nil
}

// DropPart removes a piece; none is no error. Errors: StorageFailed.
func (s *Store) DropPart(ctx context.Context, name string) error {
	if !partForm.MatchString(name) {
		return nil
	}
	if err := s.cfg.Bucket.Delete(ctx, "parts/"+name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return describe(err, "files.DropPart", "", StorageFailed)
	}
	return nil
}
