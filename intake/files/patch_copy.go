package files

import (
	"cmp"
	"io"
	"slices"
)

// patch replaces n bytes at a place of the file: with fill first and zeros for
// the rest. The length of the file and every offset in it stay the same.
type patch struct {
	at, n int64
	fill  []byte
}

// zeros is an endless stream of zero bytes.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// copyPatched copies the first size bytes of src to dst with the patches laid
// over it; of patches that overlap, the one that begins first wins.
func copyPatched(dst io.Writer, src io.ReaderAt, size int64, patches []patch) error {
	slices.SortStableFunc(patches, func(a, b patch) int { return cmp.Compare(a.at, b.at) })
	at := int64(0)
	for _, p := range patches {
		end := min(p.at+p.n, size)
		if end <= at || p.at >= size {
			continue
		}
		if p.at > at {
			if _, err := io.Copy(dst, io.NewSectionReader(src, at, p.at-at)); err != nil {
				return err
			}
			at = p.at
		}
		// What an earlier patch has covered of this one's fill is not written.
		fill := p.fill[min(int64(len(p.fill)), at-p.at):]
		fill = fill[:min(int64(len(fill)), end-at)]
		if _, err := dst.Write(fill); err != nil {
			return err
		}
		at += int64(len(fill))
		if _, err := io.CopyN(dst, zeros{}, end-at); err != nil {
			return err
		}
		at = end
	}
	_, err := io.Copy(dst, io.NewSectionReader(src, at, size-at))
	return err
}
