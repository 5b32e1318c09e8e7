package sites

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// fuse makes the n-th call from now fail, of all that the door calls: the
// store, the shelf, the files, the box and the provider of identities.
type fuse struct {
	mu     sync.Mutex
	calls  int
	failAt int
	// late does what was asked and loses the answer; reads are then not counted.
	late bool
	// what is the call that failed, "" before.
	what string
}

// arm makes the n-th call from now fail.
func (f *fuse) arm(n int, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.failAt, f.late, f.what = 0, n, late, ""
}

// disarm repairs everything and tells which call has failed.
func (f *fuse) disarm() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failAt = 0
	return f.what
}

// read fails if this call is the one, do is what it does.
func (f *fuse) read(what string, do func() error) error {
	if f.blows(what, false) {
		return casework.Fail(casework.Unavailable, "fuse", "")
	}
	return do()
}

// write fails if this call is the one; a late one is done all the same.
func (f *fuse) write(what string, do func() error) error {
	if !f.blows(what, true) {
		return do()
	}
	if f.late {
		// What would have failed anyway fails as it would have.
		if err := do(); err != nil {
			return err
		}
	}
	return casework.Fail(casework.Unavailable, "fuse", "")
}

func (f *fuse) blows(what string, write bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failAt == 0 || f.late && !write {
		return false
	}
	if f.calls++; f.calls != f.failAt {
		return false
	}
	f.what = what
	return true
}

func (f *fuse) identify(ask func(context.Context, Tokens, string) (casework.Applicant, error)) func(context.Context, Tokens, string) (casework.Applicant, error) {
	return func(ctx context.Context, t Tokens, client string) (who casework.Applicant, err error) {
		err = f.read("identify", func() error { who, err = ask(ctx, t, client); return err })
		return who, err
	}
}

// fragile is a store and a shelf on a fuse.
type fragile struct {
	storage
	*fuse
}

func (s fragile) Create(ctx context.Context, c casework.Case) (out casework.Case, err error) {
	err = s.write("Create", func() error { out, err = s.storage.Create(ctx, c); return err })
	return out, err
}

func (s fragile) Update(ctx context.Context, id string, change func(casework.Case) (casework.Case, error)) (out casework.Case, err error) {
	err = s.write("Update", func() error { out, err = s.storage.Update(ctx, id, change); return err })
	return out, err
}

func (s fragile) Get(ctx context.Context, id string) (out casework.Case, err error) {
	err = s.read("Get", func() error { out, err = s.storage.Get(ctx, id); return err })
	return out, err
}

func (s fragile) Page(ctx context.Context, q casework.Query) (out casework.Page, err error) {
	err = s.read("Page", func() error { out, err = s.storage.Page(ctx, q); return err })
	return out, err
}

func (s fragile) ChangedSince(ctx context.Context, w casework.Window) (out []casework.Row, next string, err error) {
	err = s.read("ChangedSince", func() error { out, next, err = s.storage.ChangedSince(ctx, w); return err })
	return out, next, err
}

func (s fragile) Fetch(ctx context.Context, kind, id string) (out casework.Record, err error) {
	err = s.read("Fetch "+kind, func() error { out, err = s.storage.Fetch(ctx, kind, id); return err })
	return out, err
}

func (s fragile) Put(ctx context.Context, r casework.Record) (out casework.Record, err error) {
	err = s.write("Put "+r.Kind, func() error { out, err = s.storage.Put(ctx, r); return err })
	return out, err
}

func (s fragile) Remove(ctx context.Context, kind, id string) error {
	return s.write("Remove "+kind, func() error { return s.storage.Remove(ctx, kind, id) })
}

func (s fragile) List(ctx context.Context, kind, owner string, w casework.Window) (out []casework.Record, next string, err error) {
	err = s.read("List "+kind, func() error { out, next, err = s.storage.List(ctx, kind, owner, w); return err })
	return out, next, err
}

// fragileFiles is a file store on a fuse.
type fragileFiles struct {
	FileStore
	*fuse
}

func (s fragileFiles) Put(ctx context.Context, name string, content io.Reader) (out casework.File, err error) {
	err = s.write("Files.Put", func() error { out, err = s.FileStore.Put(ctx, name, content); return err })
	return out, err
}

func (s fragileFiles) Open(ctx context.Context, x casework.File) (out io.ReadCloser, err error) {
	err = s.read("Files.Open", func() error { out, err = s.FileStore.Open(ctx, x); return err })
	return out, err
}

func (s fragileFiles) Delete(ctx context.Context, x casework.File) error {
	return s.write("Files.Delete", func() error { return s.FileStore.Delete(ctx, x) })
}

func (s fragileFiles) KeepPart(ctx context.Context, name string, content io.Reader) error {
	return s.write("KeepPart", func() error { return s.FileStore.KeepPart(ctx, name, content) })
}

func (s fragileFiles) OpenPart(ctx context.Context, name string) (out io.ReadCloser, err error) {
	err = s.read("OpenPart", func() error {
		if out, err = s.FileStore.OpenPart(ctx, name); err == nil {
			out = fragilePart{out, s.fuse}
		}
		return err
	})
	return out, err
}

func (s fragileFiles) DropPart(ctx context.Context, name string) error {
	return s.write("DropPart", func() error { return s.FileStore.DropPart(ctx, name) })
}

// fragilePart is an open piece on a fuse.
type fragilePart struct {
	io.ReadCloser
	*fuse
}

func (p fragilePart) Close() error { return p.read("Close", p.ReadCloser.Close) }

func (p fragilePart) Read(b []byte) (n int, err error) {
	if p.blows("Read", false) {
		return 0, casework.Fail(casework.Unavailable, "fuse", "")
	}
	return p.ReadCloser.Read(b)
}

// fragileBox is a box on a fuse; its errors are none of the domain.
type fragileBox struct {
	Box
	*fuse
}

var errBox = errors.New("the box is jammed")

func (b fragileBox) Seal(plain []byte) ([]byte, error) {
	if b.blows("box.Seal", false) {
		return nil, errBox
	}
	return b.Box.Seal(plain)
}

func (b fragileBox) Open(sealed []byte) ([]byte, error) {
	if b.blows("box.Open", false) {
		return nil, errBox
	}
	return b.Box.Open(sealed)
}

// openFragile opens a house of which any step can fail.
func openFragile(t testing.TB) *house {
	t.Helper()
	h := newHouse(t)
	h.fuse = &fuse{}
	h.store = fragile{storetest.NewMemory(h.now, nil), h.fuse}
	h.open()
	return h
}
