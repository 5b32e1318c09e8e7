package files

import "slices"

// Kind is one type on the allow-list.
type Kind struct {
	// Name is the short name: "pdf", "docx", "jpg" and so on.
	Name string
	// MIME is the media type under which the file is recorded.
	MIME string
	// Exts are the extensions a name of this type may keep; the first is given
	// to a name that has none of them.
	Exts []string
}

// The allow-list.
var (
	PDF  = Kind{"pdf", "application/pdf", []string{".pdf"}}
	DOCX = Kind{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}}
	XLSX = Kind{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}}
	ODT  = Kind{"odt", "application/vnd.oasis.opendocument.text", []string{".odt"}}
	RTF  = Kind{"rtf", "application/rtf", []string{".rtf"}}
	TXT  = Kind{"txt", "text/plain", []string{".txt", ".csv", ".log", ".md"}}
	JPEG = Kind{"jpg", "image/jpeg", []string{".jpg", ".jpeg"}}
	PNG  = Kind{"png", "image/png", []string{".png"}}
	HEIC = Kind{"heic", "image/heic", []string{".heic", ".heif"}}
	MP3  = Kind{"mp3", "audio/mpeg", []string{".mp3"}}
	MP4  = Kind{"mp4", "video/mp4", []string{".mp4", ".m4v", ".m4a"}}
	ZIP  = Kind{"zip", "application/zip", []string{".zip"}}
)

// Kinds returns the allow-list in the order in which forms name it.
func Kinds() []Kind {
	return []Kind{PDF, DOCX, XLSX, ODT, RTF, TXT, JPEG, PNG, HEIC, MP3, MP4, ZIP}
}

// extFor keeps ext when the kind allows it and forces the kind's own otherwise.
func (k Kind) extFor(ext string) string {
	if len(k.Exts) == 0 || slices.Contains(k.Exts, ext) {
		return ext
	}
	return k.Exts[0]
}

func (k Kind) is(o Kind) bool { return k.Name == o.Name }
