package seal

import (
	"errors"
)

const (
	kib = 1 << 10
	mib = 1 << 20
)

// steps are the only lengths a payload has before encryption, in bytes.
var steps = []int{16 * kib, 64 * kib, 256 * kib, mib, 2 * mib, 4 * mib, 8 * mib, 16 * mib, 32 * mib, 64 * mib}

// MaxBody is the longest body in bytes that one envelope takes.
const MaxBody = 64*mib - frameSize

// ErrTooLong says that a body is longer than MaxBody.
var ErrTooLong = errors.New("seal: the text or file is too long for one envelope")

// Step returns the length to which a body of n bytes is padded, frame included.
func Step(n int) (int, error) {
	for _, s := range steps {
		if n >= 0 && n+frameSize <= s {
			return s, nil
		}
	}
	return 0, ErrTooLong
}
