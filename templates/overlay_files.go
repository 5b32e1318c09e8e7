package templates

import (
	"errors"
	"io/fs"
	"sort"
)

// overlay shows two trees as one; files of over hide files of base.
type overlay struct{ over, base fs.FS }

// Open opens the file of the upper tree, or else of the lower one.
func (o overlay) Open(name string) (fs.File, error) {
	file, err := o.over.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.base.Open(name)
	}
	return file, err
}

// ReadDir joins the entries of both trees, sorted by name.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	upper, errUpper := fs.ReadDir(o.over, name)
	lower, errLower := fs.ReadDir(o.base, name)
	if errUpper != nil && errLower != nil {
		return nil, errLower
	}
	seen := make(map[string]bool, len(upper))
	for _, entry := range upper {
		seen[entry.Name()] = true
	}
	for _, entry := range lower {
		if !seen[entry.Name()] {
			upper = append(upper, entry)
		}
	}
	sort.Slice(upper, func(i, j int) bool { return upper[i].Name() < upper[j].Name() })
	return upper, nil
}
