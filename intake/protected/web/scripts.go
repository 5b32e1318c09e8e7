// Package web holds the scripts of the protected channel that run in a browser:
// seal.js seals and opens as package seal does, keylog.js checks the log of keys.
// They need nothing but the browser's own cryptography. Their hashes are
// published: on a page, in the integrity of the tag, by `priemnaya protected
// hashes`.
package web

import (
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"slices"
)

//go:embed *.js
var scripts embed.FS

// Names lists the scripts in the order in which a page loads them: keylog.js
// needs seal.js.
func Names() []string {
	entries, err := scripts.ReadDir(".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	return out
}

// Script returns a script by name, or nil.
func Script(name string) []byte {
	data, err := scripts.ReadFile(name)
	if err != nil {
		return nil
	}
	return data
}

// Scripts returns all by name.
func Scripts() map[string][]byte {
	out := map[string][]byte{}
	for _, n := range Names() {
		out[n] = Script(n)
	}
	return out
}

// Hash is the SHA-256 of a script in hexadecimal, as sha256sum prints it.
func Hash(script []byte) string {
	sum := sha256.Sum256(script)
	return hex.EncodeToString(sum[:])
}

// Integrity is the value of the integrity attribute of a script's tag.
func Integrity(script []byte) string {
	sum := sha512.Sum384(script)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

// rank puts what others need first.
func rank(name string) int {
	switch name {
	case "seal.js":
		return 0
	case "keylog.js":
		return 1
	}
	return 2
}
