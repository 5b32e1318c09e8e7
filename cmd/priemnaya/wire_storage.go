package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/mongostore"
	"priemnaya/casework/sqlitestore"
	"priemnaya/intake/files"
)

// storage is what both stores are.
type storage interface {
	casework.Storage
	Close() error
}

// openStorage opens the store that the configuration names: MongoDB by
// PRIEMNAYA_MONGO_URI, else the embedded file in the data folder.
func openStorage(ctx context.Context, cfg Config, now func() time.Time, log *slog.Logger) (storage, error) {
	if cfg.MongoURI != "" {
		return mongostore.Open(ctx, cfg.MongoURI, mongostore.Options{Now: now})
	}
	return sqlitestore.Open(ctx, cfg.path("cases.db"), sqlitestore.Options{Log: log, Now: now, NoSearch: cfg.PauseSearch})
}

// path is a file below the data folder.
func (c Config) path(name string) string { return filepath.Join(c.Data, filepath.FromSlash(name)) }

// fileStore gives the doors the file store as each of them asks for it.
type fileStore struct{ *files.Store }

// Open gives the cleaned working copy.
func (f *fileStore) Open(ctx context.Context, file casework.File) (io.ReadCloser, error) {
	return f.Store.Open(ctx, file, files.Working)
}

// Admit tells whether one more file of the size may be added.
func (f *fileStore) Admit(already []casework.File, size int64) error {
	return f.Store.Limits().Admit(already, size)
}

// DownloadHeaders are the headers of a download.
func (f *fileStore) DownloadHeaders(file casework.File) map[string]string {
	return files.DownloadHeaders(file)
}

// Headers is DownloadHeaders as the desk calls it.
func (f *fileStore) Headers(file casework.File) map[string]string { return files.DownloadHeaders(file) }

func isMongo(name string) bool {
	return strings.HasPrefix(name, "mongodb://") || strings.HasPrefix(name, "mongodb+srv://")
}

// openFile opens the embedded store at a path.
func openFile(ctx context.Context, path string) (storage, error) {
	return sqlitestore.Open(ctx, path, sqlitestore.Options{})
}
