package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"
)

// upload is one file on its way into the store.
type upload struct {
	original, working       *scratch
	originalSum, workingSum hash.Hash
	file                    File
}

func (u *upload) close() {
	for _, s := range []*scratch{u.original, u.working} {
		if s != nil {
			_ = s.Close()
		}
	}
}

// Put takes one file in: it reads content up to the size limit, checks, cleans
// and scans it, and stores the sealed original and the sealed working copy.
// When Put returns without an error both are complete and, in a folder store,
// forced to the disk; when it returns an error, nothing of the file is kept.
// The name is used for display only. Attach the File to a case soon: Sweep
// deletes what nothing refers to.
//
// Errors (see ReasonOf): every reason of a refusal, ScanFailed, Interrupted,
// StorageFailed.
func (s *Store) Put(ctx context.Context, name string, content io.Reader) (File, error) {
	const op = "files.Put"
	shown := CleanName(name, Kind{})
	u := &upload{originalSum: sha256.New(), workingSum: sha256.New()}
	defer u.close()
	if err := s.receive(ctx, u, content); err != nil {
		return File{}, describe(err, op, shown, StorageFailed)
	}
	kind, err := s.prepare(ctx, u)
	if err != nil {
		return File{}, describe(err, op, shown, StorageFailed)
	}
	u.file.Name = CleanName(name, kind)
	if err := s.scan(ctx, u); err != nil {
		return File{}, describe(err, op, shown, StorageFailed)
	}
	if err := s.keep(ctx, u); err != nil {
		return File{}, describe(err, op, shown, StorageFailed)
	}
	return u.file, nil
}

// receive reads the upload into a scratch. It reads one byte above the limit at
// most, whatever length the sender has announced.
func (s *Store) receive(ctx context.Context, u *upload, content io.Reader) error {
	var err error
	if u.original, err = newScratch(s.cfg.TempDir); err != nil {
		return err
	}
	limit := s.cfg.Limits.FileBytes
	in := &watched{ctx: ctx, r: io.LimitReader(content, limit+1)}
	n, err := io.Copy(io.MultiWriter(u.original, u.originalSum), in)
	switch {
	case in.err != nil:
		return refuse(Interrupted, nil, in.err)
	case err != nil:
		return err
	case n == 0:
		return refuse(Empty, nil, nil)
	case n > limit:
		return refuse(TooLarge, data{"Max": limit}, nil)
	}
	u.file.Size, u.file.SHA256 = n, sum(u.originalSum)
	return nil
}

// prepare finds the type and makes the working copy.
func (s *Store) prepare(ctx context.Context, u *upload) (Kind, error) {
	var err error
	if u.working, err = newScratch(s.cfg.TempDir); err != nil {
		return Kind{}, err
	}
	w := &washer{
		ctx: ctx, limits: s.cfg.Limits, removed: map[string]bool{}, clean: s.cfg.Clean,
		scratch: func() (*scratch, error) { return newScratch(s.cfg.TempDir) },
	}
	out := &watchedWriter{ctx: ctx, w: io.MultiWriter(u.working, u.workingSum)}
	kind, err := w.wash(u.original.section(), out)
	if err != nil {
		return kind, err
	}
	u.file.Type, u.file.Cleaned = kind.MIME, w.list()
	u.file.WorkSize, u.file.WorkSHA256 = u.working.size, sum(u.workingSum)
	return kind, nil
}

// scan shows the original to the scanner, if there is one.
func (s *Store) scan(ctx context.Context, u *upload) error {
	if s.cfg.Scanner == nil {
		return nil
	}
	signature, err := s.cfg.Scanner.Scan(ctx, u.original.section())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && s.cfg.AcceptUnscanned:
		u.file.Scan = ScanMissed
	case err != nil:
		return refuse(ScanFailed, nil, err)
	case signature != "":
		return refuse(Infected, data{"Signature": plainWord(signature)}, nil)
	default:
		u.file.Scan = ScanClean
	}
	return nil
}

// plainWord makes the name of a signature safe to show.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0x20 && r < 0x7F && !strings.ContainsRune(`<>&"'`, r) {
			return r
		}
		return '_'
	}, s[:min(len(s), 100)])
}

// keep seals and stores both copies, or neither.
func (s *Store) keep(ctx context.Context, u *upload) error {
	f := &u.file
	f.ID, f.KeyID = newID(), s.cfg.Keys.Current()
	if err := s.write(ctx, blobName(f.ID, Original), u.original.section()); err != nil {
		return err
	}
	if storedAs(*f, Working) == Original {
		return nil
	}
	if err := s.write(ctx, blobName(f.ID, Working), u.working.section()); err != nil {
		// The upload's context may be over; the half must go all the same.
		return errors.Join(err, s.cfg.Bucket.Delete(context.WithoutCancel(ctx), blobName(f.ID, Original)))
	}
	return nil
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// watched ends a stream when its context ends and remembers the error of the
// reader, to tell a broken upload from a full disk.
type watched struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	if w.err = w.ctx.Err(); w.err != nil {
		return 0, w.err
	}
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// watchedWriter ends a stream when its context ends.
type watchedWriter struct {
	ctx context.Context
	w   io.Writer
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(p)
}
