package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

// folderStore makes a store in a folder.
func folderStore(t testing.TB) (*Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	bucket, err := OpenBucket(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bucket.Close() })
	s, _ := testStore(t, func(c *Config) { c.Bucket = bucket })
	return s, dir
}

// onDisk lists the files below dir.
func onDisk(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFolderHoldsSealedBlobsOnlyAndNoNameOfTheApplicant(t *testing.T) {
	s, dir := folderStore(t)
	f := put(t, s, "паспорт-"+secret+".jpg", hostileJPEG(t))
	paths := onDisk(t, dir)
	if len(paths) != 2 {
		t.Fatalf("files: %v", paths)
	}
	for _, path := range paths {
		p, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(p, []byte(secret)) || bytes.Contains(p, []byte("ICC_PROFILE")) || strings.Contains(path, secret) {
			t.Errorf("%s shows its content or its name", path)
		}
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder mode %v, %v", info.Mode(), err)
	}
	if err := s.Verify(context.Background(), f); err != nil {
		t.Error(err)
	}
}

func TestUnchangedFileIsStoredOnce(t *testing.T) {
	s, bucket := testStore(t, nil)
	f := put(t, s, "a.txt", []byte("text"))
	if left := keys(t, bucket); len(left) != 1 || f.WorkSHA256 != f.SHA256 {
		t.Errorf("blobs: %v", left)
	}
	if got := read(t, s, f, Working); string(got) != "text" {
		t.Errorf("got %q", got)
	}
}

func TestFlippedByteOnDiskIsFoundByOpenAndByVerify(t *testing.T) {
	s, dir := folderStore(t)
	f := put(t, s, "a.jpg", hostileJPEG(t))
	for _, path := range onDisk(t, dir) {
		c := Copy(filepath.Base(path))
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, 9, 60, len(good) / 2, len(good) - 1} {
			bad := bytes.Clone(good)
			bad[at] ^= 1
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if r := ReasonOf(s.Verify(context.Background(), f)); r != Corrupted && r != KeyUnknown {
				t.Errorf("%s, byte %d: Verify says %q", c, at, r)
			}
			if r := ReasonOf(drain(s, f, c)); r != Corrupted && r != KeyUnknown {
				t.Errorf("%s, byte %d: Open says %q", c, at, r)
			}
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Verify(context.Background(), f); err != nil {
		t.Errorf("after repair: %v", err)
	}
}

func drain(s *Store, f File, c Copy) error {
	r, err := s.Open(context.Background(), f, c)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}

func TestRecordThatDoesNotFitItsBlobIsCorrupted(t *testing.T) {
	s, _ := testStore(t, nil)
	f := put(t, s, "a.jpg", hostileJPEG(t))
	for name, change := range map[string]func(*File){
		"hash of the original":     func(f *File) { f.SHA256 = strings.Repeat("0", 64) },
		"hash of the working copy": func(f *File) { f.WorkSHA256 = strings.Repeat("0", 64) },
		"size":                     func(f *File) { f.Size++ },
		"smaller size":             func(f *File) { f.WorkSize-- },
	} {
		changed := f
		change(&changed)
		if r := ReasonOf(s.Verify(context.Background(), changed)); r != Corrupted {
			t.Errorf("%s: %q", name, r)
		}
	}
	for _, id := range []string{"", "../../etc/passwd", newID(), strings.Repeat("zz", 16)} {
		changed := f
		changed.ID = id
		if r := ReasonOf(drain(s, changed, Working)); r != Missing {
			t.Errorf("id %q: %q", id, r)
		}
	}
	if r := ReasonOf(drain(s, f, "other")); r != Missing {
		t.Errorf("unknown copy: %q", r)
	}
}

func TestFileSurvivesTheCaseDocument(t *testing.T) {
	s, _ := testStore(t, nil)
	f := put(t, s, "a.jpg", hostileJPEG(t))
	p, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var back File
	if err := json.Unmarshal(p, &back); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(context.Background(), back); err != nil {
		t.Error(err)
	}
}

func TestSweepDeletesOldOrphansAndHalfWrittenBlobsOnly(t *testing.T) {
	s, dir := folderStore(t)
	kept, orphan := put(t, s, "a.jpg", hostileJPEG(t)), put(t, s, "b.jpg", hostileJPEG(t))
	half := filepath.Join(dir, kept.ID[:2], kept.ID, "working.18c0ffee.tmp")
	foreign := filepath.Join(dir, "README")
	for _, path := range []string{half, foreign} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep := func(id string) bool { return id == kept.ID }
	ctx := context.Background()
	if n, err := s.Sweep(ctx, keep, time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Fatalf("fresh blobs: %d, %v", n, err)
	}
	if n, err := s.Sweep(ctx, keep, time.Now().Add(time.Hour)); n != 3 || err != nil {
		t.Fatalf("old blobs: %d, %v", n, err)
	}
	if exists(half) || !exists(foreign) {
		t.Error("half-written blob stays or a foreign file is gone")
	}
	if err := s.Verify(ctx, kept); err != nil {
		t.Error(err)
	}
	if r := ReasonOf(s.Verify(ctx, orphan)); r != Missing {
		t.Errorf("orphan: %q", r)
	}
	if err := s.Delete(ctx, kept); err != nil {
		t.Error(err)
	}
	if err := s.Delete(ctx, kept); err != nil {
		t.Errorf("second time: %v", err)
	}
	if left := onDisk(t, dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

func TestFailedStoreKeepsNoHalf(t *testing.T) {
	bucket := memblob.OpenBucket(nil)
	prefixed := blob.PrefixedBucket(bucket, "p/")
	s, _ := testStore(t, func(c *Config) { c.Bucket = prefixed })
	if err := prefixed.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(context.Background(), "a.txt", strings.NewReader("x")); ReasonOf(err) != StorageFailed {
		t.Errorf("got %v", err)
	}
	_, err := New(Config{})
	if err == nil {
		t.Error("store without a bucket")
	}
}

func TestSecondHalfThatFailsTakesTheFirstAway(t *testing.T) {
	s, dir := folderStore(t)
	u := &upload{}
	defer u.close()
	for _, part := range []**scratch{&u.original, &u.working} {
		var err error
		if *part, err = newScratch(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		if _, err := (*part).Write([]byte("text")); err != nil {
			t.Fatal(err)
		}
	}
	u.file.SHA256, u.file.WorkSHA256 = "a", "b"
	// The working copy can no longer be read when its turn comes.
	if err := u.working.file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.keep(context.Background(), u); err == nil {
		t.Fatal("stored")
	}
	if left := onDisk(t, dir); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestScratchFolderThatDoesNotWorkIsAStorageFault(t *testing.T) {
	s, _ := testStore(t, func(c *Config) { c.TempDir = "/nonexistent/folder" })
	_, err := s.Put(context.Background(), "a.txt", strings.NewReader("x"))
	if ReasonOf(err) != StorageFailed {
		t.Errorf("got %v", err)
	}
}

func TestManyAtOnceDoNotMixAndLeaveNoGoroutineAndNoScratch(t *testing.T) {
	tmp := t.TempDir()
	s, bucket := testStore(t, func(c *Config) { c.TempDir = tmp })
	put(t, s, "warm.txt", []byte("up"))
	before := runtime.NumGoroutine()
	good, bad := honest(t), hostileFiles(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for name, content := range good {
				f, err := s.Put(context.Background(), "a."+name, bytes.NewReader(content))
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if err := s.Verify(context.Background(), f); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		wg.Go(func() {
			for _, h := range bad[:30] {
				if _, err := s.Put(context.Background(), "a", bytes.NewReader(h.content)); ReasonOf(err) != h.want {
					t.Errorf("%s: %v", h.name, err)
				}
			}
		})
	}
	wg.Wait()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for runtime.NumGoroutine() > before {
		select {
		case <-deadline.C:
			t.Fatalf("%d goroutines became %d", before, runtime.NumGoroutine())
		case <-tick.C:
		}
	}
	if left := onDisk(t, tmp); len(left) != 0 {
		t.Errorf("scratch files left: %v", left)
	}
	if !slices.ContainsFunc(keys(t, bucket), func(k string) bool { return strings.HasSuffix(k, "/working") }) {
		t.Error("no working copies")
	}
}

func TestLocationOfTheStoreIsUnderstood(t *testing.T) {
	dir := t.TempDir()
	for _, location := range []string{"mem://", filepath.Join(dir, "a"), "file://" + filepath.Join(dir, "b"), "s3://bucket?region=ru-1&endpoint=http://127.0.0.1:1&use_path_style=true"} {
		b, err := OpenBucket(context.Background(), location)
		if err != nil {
			t.Errorf("%s: %v", location, err)
			continue
		}
		_ = b.Close()
	}
	for _, location := range []string{"ftp://x", "gs://bucket", "file://%zz"} {
		if _, err := OpenBucket(context.Background(), location); err == nil {
			t.Errorf("%s: accepted", location)
		}
	}
	if !errors.Is(refuse(Broken, nil, io.EOF), io.EOF) || ReasonOf(io.EOF) != "" {
		t.Error("errors do not unwrap")
	}
}
