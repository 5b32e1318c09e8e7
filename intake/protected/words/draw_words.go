package words

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"encoding/binary"
)

// Count is how many words an author keeps.
const Count = 7

// Size is how many words the list has.
const Size = 7776

//go:embed list.txt
var file []byte

// list are the words, in the order of their first four letters.
var list = bytes.Fields(file)

// At returns word i of the list, 0 ≤ i < Size. The slice must not be changed.
func At(i int) []byte { return list[i] }

// Draw returns seven words with one space between, each drawn uniformly from
// the system's randomness. The caller wipes the slice.
func Draw() []byte {
	out := make([]byte, 0, Count*17)
	for i := range Count {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, list[below(Size)]...)
	}
	return out
}

// below returns a uniformly random number under n, 1 ≤ n ≤ 65,536.
func below(n int) int {
	limit := 1<<16 - 1<<16%n
	var b [2]byte
	for {
		rand.Read(b[:])
		if v := int(binary.BigEndian.Uint16(b[:])); v < limit {
			clear(b[:])
			return v % n
		}
	}
}
