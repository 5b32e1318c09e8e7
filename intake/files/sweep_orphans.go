package files

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"gocloud.dev/gcerrors"
)

// Sweep deletes the blobs of files that keep does not know and that were stored
// before olderThan, and what a killed process has left half-written. Choose
// olderThan well before now: an upload is attached to its draft only after Put
// has returned. It goes on after a failure and returns all of them; deleted
// counts blobs.
func (s *Store) Sweep(ctx context.Context, keep func(id string) bool, olderThan time.Time) (deleted int, err error) {
	const op = "files.Sweep"
	var failures error
	list := s.cfg.Bucket.List(nil)
	for {
		obj, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return deleted, failures
		}
		if err != nil {
			return deleted, errors.Join(failures, describe(err, op, "", StorageFailed))
		}
		id, whole, ours := parseBlobName(obj.Key)
		if !ours || !obj.ModTime.Before(olderThan) || whole && keep(id) {
			continue
		}
		if err := s.cfg.Bucket.Delete(ctx, obj.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			failures = errors.Join(failures, describe(err, op, "", StorageFailed))
			continue
		}
		deleted++
	}
}

// Delete removes both copies of a file that the law no longer lets us keep, or
// that the applicant has taken out of a draft. Deleting twice is no error.
// Errors: StorageFailed.
func (s *Store) Delete(ctx context.Context, f File) error {
	if !validID(f.ID) {
		return describe(refuse(Missing, nil, nil), "files.Delete", f.Name, Missing)
	}
	for _, c := range []Copy{Working, Original} {
		err := s.cfg.Bucket.Delete(ctx, blobName(f.ID, c))
		if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return describe(err, "files.Delete", f.Name, StorageFailed)
		}
	}
	return nil
}

// parseBlobName tells whether a key is one of ours, of which file, and whether
// it is a whole blob or the rest of a write that was cut off.
func parseBlobName(key string) (id string, whole, ours bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 || !validID(parts[1]) || parts[0] != parts[1][:2] {
		return "", false, false
	}
	for _, c := range []Copy{Working, Original} {
		if parts[2] == string(c) {
			return parts[1], true, true
		}
		if strings.HasPrefix(parts[2], string(c)+".") {
			return parts[1], false, true
		}
	}
	return "", false, false
}
