package main

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// keys are the secrets of an installation, all derived from one master secret
// of 32 bytes: PRIEMNAYA_SECRET(_FILE), or data/secret made on first start.
type keys struct{ master []byte }

// secretFile is where the master secret is kept if it is not given otherwise.
const secretFile = "secret"

// readKeys finds the master secret or, if there is none yet, makes one that
// only this user can read. Losing it makes sealed files and access codes
// unusable, so it belongs into the backup.
func readKeys(getenv func(string) string, data string) (keys, error) {
	e := environment{get: getenv}
	text := e.secret("SECRET")
	if err := errors.Join(e.errs...); err != nil {
		return keys{}, err
	}
	path := filepath.Join(data, secretFile)
	if text == "" {
		raw, err := os.ReadFile(path)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return newKeys(path)
		case err != nil:
			return keys{}, err
		}
		text = strings.TrimSpace(string(raw))
	}
	master, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(master) < 32 {
		return keys{}, fmt.Errorf("the secret must be at least 32 bytes in base64: openssl rand -base64 32")
	}
	return keys{master}, nil
}

func newKeys(path string) (keys, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return keys{}, err
	}
	master := make([]byte, 32)
	rand.Read(master)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return keys{}, err
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(master) + "\n")
	return keys{master}, errors.Join(err, f.Sync(), f.Close())
}

// derive makes the key of one purpose; keys of different purposes tell
// nothing of each other.
func (k keys) derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, k.master, nil, "priemnaya "+purpose, 32)
	if err != nil {
		// 32 bytes are always within what HKDF can give.
		panic(err)
	}
	return key
}
