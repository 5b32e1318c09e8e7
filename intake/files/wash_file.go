package files

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// washer makes the working copy of one upload and checks the structure of the
// original on the way: what cannot be parsed cannot be cleaned and is refused.
type washer struct {
	ctx     context.Context
	limits  Limits
	scratch func() (*scratch, error)
	// removed collects what was taken out.
	removed map[string]bool
	// unpacked and entries are what the archive has cost so far, inner
	// documents included.
	unpacked int64
	entries  int
	// inner is true below the outermost archive.
	inner bool
	// clean is Config.Clean.
	clean func([]byte) ([]byte, []string, error)
}

// wash copies src to dst without what betrays persons and places.
type wash func(w *washer, src *io.SectionReader, dst io.Writer) error

// washes holds one cleaner for each kind of the allow-list. It is a function
// because ZIP leads back here.
func washes(kind Kind) wash {
	switch kind.Name {
	case PDF.Name:
		return washPDF
	case DOCX.Name, XLSX.Name:
		return washOOXML
	case ODT.Name:
		return washODT
	case RTF.Name:
		return washRTF
	case TXT.Name:
		return washText
	case JPEG.Name:
		return washJPEG
	case PNG.Name:
		return washPNG
	case HEIC.Name, MP4.Name:
		return washMedia
	case MP3.Name:
		return washMP3
	case ZIP.Name:
		return washZIP
	}
	return nil
}

// wash finds the kind of src and writes its working copy to dst.
func (w *washer) wash(src *io.SectionReader, dst io.Writer) (Kind, error) {
	kind, err := detect(src)
	if err != nil {
		return Kind{}, err
	}
	if err := refusePolyglot(kind, src); err != nil {
		return kind, err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return kind, err
	}
	if w.clean != nil && !w.inner && (kind.is(PDF) || kind.is(DOCX) || kind.is(XLSX) || kind.is(ODT)) {
		return kind, w.washWhole(kind, src, dst)
	}
	return kind, washes(kind)(w, src, dst)
}

// washWhole checks a document as ever and then has it made anew as a whole. What
// the cleaner cannot make anew passes as it would have without one.
func (w *washer) washWhole(kind Kind, src *io.SectionReader, dst io.Writer) error {
	checked, err := w.scratch()
	if err != nil {
		return err
	}
	defer checked.Close()
	if err := washes(kind)(w, src, checked); err != nil {
		return err
	}
	raw := make([]byte, src.Size())
	if _, err := src.ReadAt(raw, 0); err != nil && err != io.EOF {
		return err
	}
	cleaned, removed, err := w.clean(raw)
	if err != nil {
		_, err = io.Copy(dst, checked.section())
		return err
	}
	for _, what := range removed {
		w.note(what)
	}
	_, err = dst.Write(cleaned)
	return err
}

func (w *washer) note(what string) { w.removed[what] = true }

// list is what was removed, sorted.
func (w *washer) list() []string {
	var out []string
	for what := range w.removed {
		out = append(out, what)
	}
	slices.Sort(out)
	return out
}

// broken refuses a file whose structure does not hold. The words are for the
// log and never quote the content.
func broken(format string, args ...any) error {
	return refuse(Broken, nil, fmt.Errorf(format, args...))
}

// brokenAt turns an early end of the file into a refusal and leaves other
// errors, such as those of a full disk, as they are.
func brokenAt(err error, where string) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return broken("%s: cut short", where)
	}
	return err
}

// checkPixels refuses pictures that would cost a viewer too much memory.
func (w *washer) checkPixels(width, height int64) error {
	if width <= 0 || height <= 0 {
		return broken("picture without an area")
	}
	if width > w.limits.Pixels || height > w.limits.Pixels || width*height > w.limits.Pixels {
		return refuse(ImageTooLarge, data{"Max": w.limits.Pixels}, nil)
	}
	return nil
}
