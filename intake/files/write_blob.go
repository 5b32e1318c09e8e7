package files

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"gocloud.dev/blob"
)

// write seals content into the blob of that name. A blob that is not complete
// does not appear in the store.
func (s *Store) write(ctx context.Context, name string, content io.Reader) error {
	// Cancelling the context before Close is how this library drops a blob.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var file *os.File
	out, err := s.cfg.Bucket.NewWriter(ctx, name, &blob.WriterOptions{
		ContentType: "application/octet-stream",
		IfNotExist:  true,
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil },
	})
	if err != nil {
		return err
	}
	if err := s.sealTo(ctx, out, name, content); err != nil {
		cancel()
		_ = out.Close()
		return err
	}
	if file == nil {
		return out.Close()
	}
	if err := file.Sync(); err != nil {
		cancel()
		_ = out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if err := syncFolders(filepath.Dir(file.Name())); err != nil {
		// Stored, but perhaps not for long: better to be asked again.
		_ = s.cfg.Bucket.Delete(context.WithoutCancel(ctx), name)
		return err
	}
	return nil
}

func (s *Store) sealTo(ctx context.Context, out io.Writer, name string, content io.Reader) error {
	sealed, err := newSealer(out, s.cfg.Keys, name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(sealed, &watched{ctx: ctx, r: content}); err != nil {
		return err
	}
	return sealed.Close()
}

// syncFolders forces the entries of a new blob to the disk: its own folder, the
// one of its first two digits, and the root of the store.
func syncFolders(dir string) error {
	for range 3 {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		err = d.Sync()
		_ = d.Close()
		if err != nil {
			return err
		}
		dir = filepath.Dir(dir)
	}
	return nil
}
