package regulation

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"time"
)

// overlay is a small file system of names and contents, enough for Load.
type overlay map[string][]byte

// add lays the files of a source over those that are there.
func (o overlay) add(source fs.FS) error {
	for _, pattern := range []string{"data/*.yaml", "calendar/*.csv"} {
		names, err := fs.Glob(source, pattern)
		if err != nil {
			return invalid(err)
		}
		for _, name := range names {
			if o[name], err = fs.ReadFile(source, name); err != nil {
				return invalid(err)
			}
		}
	}
	return nil
}

// Open implements fs.FS for files.
func (o overlay) Open(name string) (fs.File, error) {
	raw, ok := o[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &overlayFile{name: name, Reader: bytes.NewReader(raw)}, nil
}

// Glob implements fs.GlobFS.
func (o overlay) Glob(pattern string) ([]string, error) {
	var out []string
	for name := range o {
		ok, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}

type overlayFile struct {
	name string
	*bytes.Reader
}

func (f *overlayFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *overlayFile) Close() error               { return nil }
func (f *overlayFile) Name() string               { return path.Base(f.name) }
func (f *overlayFile) Mode() fs.FileMode          { return 0o444 }
func (f *overlayFile) ModTime() time.Time         { return time.Time{} }
func (f *overlayFile) IsDir() bool                { return false }
func (f *overlayFile) Sys() any                   { return nil }

var _ io.Reader = (*overlayFile)(nil)
