package main

import (
	"priemnaya/intake/files"
	"priemnaya/intake/protected/clean"
)

// cleanDocument lends the protected channel's cleaner of documents to the store of
// open appeals, which may not know the channel.
func cleanDocument(data []byte) ([]byte, []string, error) {
	r, err := clean.File(data)
	if err != nil {
		return nil, nil, err
	}
	var removed []string
	for _, what := range r.Removed {
		if name, ok := removedNames[what]; ok {
			removed = append(removed, name)
		} else {
			removed = append(removed, files.RemovedExtra)
		}
	}
	return r.Data, removed, nil
}

// removedNames are the store's words for what the cleaner took out.
var removedNames = map[string]string{
	clean.Place: files.RemovedGPS, clean.Device: files.RemovedEXIF, clean.Camera: files.RemovedEXIF, clean.Time: files.RemovedTime,
	clean.Author: files.RemovedAuthor, clean.Signature: files.RemovedAuthor, clean.Properties: files.RemovedAuthor, clean.Software: files.RemovedSoftware,
	clean.Preview: files.RemovedThumbnails, clean.Comment: files.RemovedComment, clean.XMP: files.RemovedXMP, clean.Trailing: files.RemovedTrailing,
}
