package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"priemnaya/intake/protected"
	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
)

// keyLogFolder is where the log of keys lies in the folder of an agency.
const keyLogFolder = "keys"

// useKeyLog takes the recipients from the agency's log of keys, if it has one.
// The log is read and checked whenever it is needed: a change needs no restart,
// and nothing is sealed to the keys of a log that is not whole.
func useKeyLog(folder string, verifier string, conf *protected.Config) error {
	folder = filepath.Join(folder, keyLogFolder)
	if _, err := os.Stat(filepath.Join(folder, "log.json")); errors.Is(err, fs.ErrNotExist) && verifier == "" {
		return nil
	}
	read := func() (keylog.Page, keylog.State, error) {
		p, err := keylog.Read(folder)
		if err != nil {
			return p, keylog.State{}, err
		}
		s, err := keylog.Check(p, verifier)
		return p, s, err
	}
	if _, _, err := read(); err != nil {
		return err
	}
	conf.Recipients = func() ([]seal.Public, error) {
		_, s, err := read()
		return s.Recipients(), err
	}
	conf.KeyLog = func() (json.RawMessage, error) {
		p, _, err := read()
		if err != nil {
			return nil, err
		}
		return json.Marshal(p)
	}
	// Where there is a log it alone says who is an officer: a key that stood beside
	// it would be one that nobody outside can see.
	conf.Officers = func() ([]seal.Public, error) {
		p, _, err := read()
		if err != nil {
			return nil, err
		}
		return officersEver(p), nil
	}
	return nil
}

// officersEver are the keys of officers, former ones included, of a checked log.
func officersEver(p keylog.Page) []seal.Public {
	var out []seal.Public
	for _, t := range keylog.Officers(p) {
		if !slices.Contains(out, t.Key) {
			out = append(out, t.Key)
		}
	}
	return out
}
