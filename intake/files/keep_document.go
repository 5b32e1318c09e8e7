package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
)

// KeepDocument stores a file that was made here, such as a signed letter: its
// bytes stay as they are, because a signature lies over them, and nothing is
// cleaned or scanned. It is not for files that came from outside. Attach the
// File to a case soon: Sweep deletes what nothing refers to.
// Errors (see ReasonOf): Interrupted, StorageFailed.
func (s *Store) KeepDocument(ctx context.Context, name, mime string, content []byte) (File, error) {
	digest := sha256.Sum256(content)
	f := File{ID: newID(), KeyID: s.cfg.Keys.Current(), Name: name, Type: mime, Size: int64(len(content)), SHA256: hex.EncodeToString(digest[:])}
	f.WorkSize, f.WorkSHA256 = f.Size, f.SHA256
	if err := s.write(ctx, blobName(f.ID, Original), bytes.NewReader(content)); err != nil {
		return File{}, describe(err, "files.KeepDocument", name, StorageFailed)
	}
	return f, nil
}
