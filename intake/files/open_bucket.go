package files

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"
	// Registers the s3 scheme.
	_ "gocloud.dev/blob/s3blob"
)

// OpenBucket opens the blob store that location names:
//
//	/var/lib/priemnaya/files                a folder, made when absent
//	file:///var/lib/priemnaya/files         the same
//	s3://bucket?region=ru-1&endpoint=https://s3.example&use_path_style=true
//	mem://                                  memory, for tests
//
// Credentials of S3 come from the AWS_ environment variables or the usual
// configuration file. Close the bucket after the store.
func OpenBucket(ctx context.Context, location string) (*blob.Bucket, error) {
	scheme, _, ok := strings.Cut(location, "://")
	switch {
	case !ok:
		return openFolder(location)
	case scheme == "file":
		u, err := url.Parse(location)
		if err != nil {
			return nil, fmt.Errorf("files: blob store location: %w", err)
		}
		return openFolder(filepath.FromSlash(u.Path))
	case scheme == "mem":
		return memblob.OpenBucket(nil), nil
	case scheme == "s3":
		return blob.OpenBucket(ctx, location)
	}
	return nil, fmt.Errorf("files: blob store of type %q is not supported", scheme)
}

// openFolder opens a folder that only this user can enter. Temporary files lie
// beside the blobs, so that the final rename stays on one file system.
func openFolder(dir string) (*blob.Bucket, error) {
	return fileblob.OpenBucket(dir, &fileblob.Options{
		CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
}
