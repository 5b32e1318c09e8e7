package clean

import "slices"

// What can be taken out of a file; each is the id of a text.
const (
	Place      = "clean.removed.place"
	Device     = "clean.removed.device"
	Time       = "clean.removed.time"
	Author     = "clean.removed.author"
	Software   = "clean.removed.software"
	Preview    = "clean.removed.preview"
	Comment    = "clean.removed.comment"
	Camera     = "clean.removed.camera" // technical data of a camera
	XMP        = "clean.removed.xmp"
	Properties = "clean.removed.properties"
	Revisions  = "clean.removed.revisions"
	Attached   = "clean.removed.attached"
	Scripts    = "clean.removed.scripts"
	Signature  = "clean.removed.signature"
	Paths      = "clean.removed.paths"
	Hidden     = "clean.removed.hidden" // signs that are not to be seen
	Trailing   = "clean.removed.trailing"
	Frames     = "clean.removed.frames" // further pictures of an animation
	Printer    = "clean.removed.printer"
	Unused     = "clean.removed.unused" // parts that nothing shows
)

// Removals lists all of them.
func Removals() []string {
	return []string{Place, Device, Time, Author, Software, Preview, Comment, Camera, XMP, Properties, Revisions, Attached,
		Scripts, Signature, Paths, Hidden, Trailing, Frames, Printer, Unused}
}

// notes collects what was taken out.
type notes map[string]bool

func (n notes) note(what string) { n[what] = true }

func (n notes) list() []string {
	var out []string
	for what := range n {
		out = append(out, what)
	}
	slices.Sort(out)
	return out
}
