package templates

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strings"
)

// Asset is a static file. URL carries a hash of the content, so it may be
// cached for ever; Gzip is nil where compression gains nothing.
type Asset struct {
	Name, URL, Type string
	Body, Gzip      []byte
}

// StaticPath is where static files are served.
const StaticPath = "/static/"

// loadAssets reads static/ and joins styles/*.css, in order of their names,
// into the one stylesheet app.css.
func (s *source) loadAssets(tree fs.FS) error {
	s.assets, s.hashed = map[string]*Asset{}, map[string]*Asset{}
	var sheet bytes.Buffer
	err := walk(tree, "styles", ".css", func(_, body string) error {
		sheet.WriteString(body)
		return nil
	})
	if err != nil {
		return err
	}
	s.addAsset("app.css", sheet.Bytes())
	return fs.WalkDir(tree, "static", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		s.addAsset(strings.TrimPrefix(file, "static/"), body)
		return nil
	})
}

func (s *source) addAsset(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	asset := &Asset{Name: name, Body: body, Type: mime.TypeByExtension(ext)}
	if own, ok := assetTypes[ext]; ok {
		asset.Type = own
	}
	asset.URL = StaticPath + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	var packed bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	_, _ = zip.Write(body) // writing to memory cannot fail
	_ = zip.Close()
	if packed.Len() < len(body)*9/10 {
		asset.Gzip = packed.Bytes()
	}
	s.assets[name], s.hashed[asset.URL] = asset, asset
}

// The table of the operating system differs between machines.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon",
	".webmanifest": "application/manifest+json",
}

// Static finds a file by its path, "/static/app.1a2b3c.css"; only the current
// hash is known, and the plain name works too but is not immutable.
func (s *Set) Static(address string) (asset *Asset, immutable, found bool) {
	if asset, found = s.hashed[address]; found {
		return asset, true, true
	}
	asset, found = s.assets[strings.TrimPrefix(address, StaticPath)]
	return asset, false, found
}
