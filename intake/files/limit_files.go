package files

// Limits bound what one appeal may carry. Zero fields take the default.
type Limits struct {
	// Count is the greatest number of files of one appeal; 10 by default.
	Count int
	// FileBytes is the greatest size of one file; 25 MiB by default.
	FileBytes int64
	// TotalBytes is the greatest size of all files of one appeal; 250 MiB by
	// default.
	TotalBytes int64
	// ArchiveEntries is the greatest number of entries of a zip file, or of
	// parts of an office document; 1000 by default.
	ArchiveEntries int
	// ArchiveBytes is how much an archive may unpack to; 200 MiB by default.
	ArchiveBytes int64
	// ArchiveRatio is how many times larger than packed one entry of more than
	// 1 MiB may be; 200 by default. Deflate cannot exceed 1032, honest XML
	// rarely exceeds 50.
	ArchiveRatio int64
	// Pixels is the greatest area of a picture; 100 million by default.
	Pixels int64
}

// DefaultLimits returns the limits that apply where nothing is configured.
func DefaultLimits() Limits {
	return Limits{
		Count: 10, FileBytes: 25 << 20, TotalBytes: 250 << 20,
		ArchiveEntries: 1000, ArchiveBytes: 200 << 20, ArchiveRatio: 200,
		Pixels: 100_000_000,
	}
}

// withDefaults fills the fields that are zero or negative.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	if l.Count <= 0 {
		l.Count = d.Count
	}
	for _, f := range []struct{ have, def *int64 }{
		{&l.FileBytes, &d.FileBytes}, {&l.TotalBytes, &d.TotalBytes}, {&l.ArchiveBytes, &d.ArchiveBytes},
		{&l.ArchiveRatio, &d.ArchiveRatio}, {&l.Pixels, &d.Pixels},
	} {
		if *f.have <= 0 {
			*f.have = *f.def
		}
	}
	if l.ArchiveEntries <= 0 {
		l.ArchiveEntries = d.ArchiveEntries
	}
	return l
}

// Admit tells whether an appeal that has the files in already may take one more
// of size bytes; pass 0 when the size is not known yet. Errors: TooMany,
// TooLarge, TotalTooLarge.
func (l Limits) Admit(already []File, size int64) error {
	l = l.withDefaults()
	if len(already) >= l.Count {
		return refuse(TooMany, data{"Max": l.Count}, nil)
	}
	if size > l.FileBytes {
		return refuse(TooLarge, data{"Max": l.FileBytes}, nil)
	}
	total := size
	for _, f := range already {
		total += f.Size
	}
	if total > l.TotalBytes {
		return refuse(TotalTooLarge, data{"Max": l.TotalBytes}, nil)
	}
	return nil
}
