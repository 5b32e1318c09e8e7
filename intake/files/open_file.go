package files

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"gocloud.dev/gcerrors"
)

// Open gives a copy of a file back. Every byte it returns has passed the check
// of its chunk; the last read fails when the whole is not what was stored, so a
// reader that has seen io.EOF has seen the true file. Close the result.
//
// Errors (see ReasonOf): Missing, Corrupted, KeyUnknown, StorageFailed; Read
// returns the same.
func (s *Store) Open(ctx context.Context, f File, c Copy) (io.ReadCloser, error) {
	const op = "files.Open"
	if !validID(f.ID) || c != Working && c != Original {
		return nil, describe(refuse(Missing, nil, nil), op, f.Name, Missing)
	}
	name := blobName(f.ID, storedAs(f, c))
	blob, err := s.cfg.Bucket.NewReader(ctx, name, nil)
	if err != nil {
		return nil, describe(err, op, f.Name, storageReason(err))
	}
	plain, err := newUnsealer(blob, s.cfg.Keys, name)
	if err != nil {
		_ = blob.Close()
		return nil, describe(err, op, f.Name, StorageFailed)
	}
	size, want := expected(f, c)
	return &checkedReader{plain: plain, blob: blob, sum: sha256.New(), left: size, want: want, name: f.Name}, nil
}

func storageReason(err error) Reason {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return Missing
	}
	return StorageFailed
}

// checkedReader compares what it passes on with the recorded length and hash.
type checkedReader struct {
	plain io.Reader
	blob  io.Closer
	sum   hash.Hash
	left  int64
	want  string
	name  string
	err   error
}

func (r *checkedReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.plain.Read(p)
	_, _ = r.sum.Write(p[:n])
	r.left -= int64(n)
	switch {
	case r.left < 0, err == io.EOF && (r.left != 0 || sum(r.sum) != r.want):
		n, err = 0, refuse(Corrupted, nil, errors.New("content is not what was recorded"))
	}
	if err != nil && err != io.EOF {
		err = describe(err, "files.Read", r.name, StorageFailed)
	}
	r.err = err
	return n, err
}

// Close ends the reading.
func (r *checkedReader) Close() error { return r.blob.Close() }

// Verify reads both copies of a file and compares length and hash with the
// record. Errors: those of Open.
func (s *Store) Verify(ctx context.Context, f File) error {
	for _, c := range []Copy{Original, Working} {
		if c != storedAs(f, c) && f.WorkSize == f.Size {
			continue
		}
		if err := s.verifyCopy(ctx, f, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) verifyCopy(ctx context.Context, f File, c Copy) error {
	r, err := s.Open(ctx, f, c)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, &watched{ctx: ctx, r: r})
	return describe(err, "files.Verify", f.Name, StorageFailed)
}
