// Package clean makes a file anew from its content, so that what tells about
// its author stays behind: where a photo was taken and by which camera, who
// wrote a document on whose computer, what stood in it before.
//
// File works on bytes in memory and never touches a disk. What it cannot make
// anew it refuses with a text id that says what to do instead; it never lets
// a file through as it came, unless the caller says that the author was warned
// and chose so (AsIs).
//
// # What is done
//
//	JPEG, PNG, WebP, GIF   decoded to pixels, turned upright, encoded again: what is
//	                       no pixel is gone (position, camera, time, preview,
//	                       comments, bytes behind the end, further pictures)
//	PDF                    every object that the pages need is written into a new
//	                       file; properties, XMP, previews, attachments, scripts,
//	                       actions, earlier revisions, signatures, names and times
//	                       of notes, metadata in JPEG pictures are not
//	DOCX, XLSX, PPTX       properties, previews, authors of comments and changes,
//	ODT, ODS, ODP          revision marks, printer settings, paths of templates are
//	                       taken out, pictures are made anew
//	TXT                    kept; byte order mark and control signs are taken out
//
// # What stays, whatever is done
//
// What is to be seen: faces, house numbers, a name in the text, a stamp, the
// style of writing. The noise by which a picture can be told to come from one
// sensor. The marks a colour printer puts on a scanned sheet. In a PDF: hidden
// text, covered text, layers, fonts, metadata inside JPEG 2000 pictures. In
// documents: text that was deleted with changes recorded, comments themselves.
// Pages of the channel say so.
//
// # Bounds
//
// MaxSize bytes come in, MaxPixels of one picture are decoded, a document may
// unpack to MaxUnpacked bytes: a bomb is refused before it costs more.
package clean
