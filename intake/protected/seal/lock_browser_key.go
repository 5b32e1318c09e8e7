package seal

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"

	"golang.org/x/text/unicode/norm"
)

// BrowserRounds of PBKDF2 guard an officer's key in his browser. Passphrases are
// weaker than words, so there are more of them.
const BrowserRounds = 600_000

const browserFormat = "priemnaya-browser-key-1"

type browserKey struct {
	Format string `json:"format"`
	Rounds int    `json:"rounds"`
	Salt   string `json:"salt"`
	Sealed string `json:"sealed"`
}

// ErrPassphrase says that the passphrase is wrong or the file damaged.
var ErrPassphrase = errors.New("seal: the passphrase is wrong or the key file is damaged")

// LockForBrowser writes the identity as JSON that seal.js opens with the
// passphrase (openKeyFile): PBKDF2-HMAC-SHA256, then AES-256-GCM.
func LockForBrowser(i *Identity, passphrase []byte) ([]byte, error) {
	salt := make([]byte, 32)
	rand.Read(salt)
	key, err := browserWrap(passphrase, salt, BrowserRounds)
	if err != nil {
		return nil, err
	}
	defer Wipe(key)
	// The key is new with each salt, so the nonce may be zero.
	sealed := newGCM(key).Seal(nil, make([]byte, 12), i.seed[:], browserLabel(BrowserRounds))
	enc := base64.RawURLEncoding.EncodeToString
	return json.Marshal(browserKey{Format: browserFormat, Rounds: BrowserRounds, Salt: enc(salt), Sealed: enc(sealed)})
}

// UnlockFromBrowser reads what LockForBrowser wrote. Error: ErrPassphrase.
func UnlockFromBrowser(file, passphrase []byte) (*Identity, error) {
	var k browserKey
	if json.Unmarshal(file, &k) != nil || k.Format != browserFormat || k.Rounds < BrowserRounds || k.Rounds > 10_000_000 {
		return nil, ErrPassphrase
	}
	salt, err1 := base64.RawURLEncoding.DecodeString(k.Salt)
	sealed, err2 := base64.RawURLEncoding.DecodeString(k.Sealed)
	if err1 != nil || err2 != nil || len(salt) < 16 {
		return nil, ErrPassphrase
	}
	key, err := browserWrap(passphrase, salt, k.Rounds)
	if err != nil {
		return nil, ErrPassphrase
	}
	defer Wipe(key)
	seed, err := newGCM(key).Open(nil, make([]byte, 12), sealed, browserLabel(k.Rounds))
	if err != nil || len(seed) != SeedSize {
		return nil, ErrPassphrase
	}
	defer Wipe(seed)
	return FromSeed(seed)
}

func browserWrap(passphrase, salt []byte, rounds int) ([]byte, error) {
	plain := norm.NFC.Bytes(passphrase)
	defer Wipe(plain)
	return pbkdf2.Key(sha256.New, string(plain), salt, rounds, 32)
}

func browserLabel(rounds int) []byte { return []byte(domain + "browser key\n" + strconv.Itoa(rounds)) }
