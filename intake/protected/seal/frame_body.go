package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
)

// A frame is version 1, signed 1, signer 32, signature 64, length 4, body, zeros.
const (
	frameVersion = 1
	frameSize    = 1 + 1 + 32 + 64 + 4
)

// frame puts the body into a slice of its step.
func frame(place Place, body []byte, from *Identity) ([]byte, error) {
	step, err := Step(len(body))
	if err != nil {
		return nil, err
	}
	out := make([]byte, step)
	out[0] = frameVersion
	if from != nil {
		out[1] = 1
		copy(out[2:34], from.sign.Public().(ed25519.PublicKey))
		copy(out[34:98], ed25519.Sign(from.sign, signed(place, body)))
	}
	binary.BigEndian.PutUint32(out[98:102], uint32(len(body)))
	copy(out[frameSize:], body)
	return out, nil
}

// unframe checks a frame and returns its body, a part of the slice given.
func unframe(place Place, f []byte) (Opened, error) {
	if len(f) < frameSize || f[0] != frameVersion || f[1] > 1 {
		return Opened{}, ErrDamaged
	}
	n := int(binary.BigEndian.Uint32(f[98:102]))
	step, err := Step(n)
	if err != nil || step != len(f) {
		return Opened{}, ErrDamaged
	}
	body, rest := f[frameSize:frameSize+n], f[frameSize+n:]
	var filling byte
	for _, b := range rest {
		filling |= b
	}
	if filling != 0 {
		return Opened{}, ErrDamaged
	}
	o := Opened{Body: body}
	if f[1] == 1 {
		if !ed25519.Verify(f[2:34], signed(place, body), f[34:98]) {
			return Opened{}, ErrDamaged
		}
		o.Signed = true
		copy(o.Signer[:], f[2:34])
	}
	return o, nil
}

// signed is what a signature covers.
func signed(place Place, body []byte) []byte {
	sum := sha256.Sum256(body)
	return append([]byte(place.label("sign")+"\n"), sum[:]...)
}
