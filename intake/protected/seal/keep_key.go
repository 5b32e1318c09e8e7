package seal

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// Role says what a key is for.
type Role string

// Roles of keys.
const (
	RoleOfficer  Role = "officer"
	RoleRecovery Role = "recovery"
)

// KeyFile is a private key at rest: an age file under a passphrase. What it
// holds is at once an identity file of age, so `age -d -i` opens bundles with it.
type KeyFile struct {
	Agency   string
	Role     Role
	Identity *Identity
	// Work is the power of two of scrypt's rounds in WriteKey; 0 means 18, which
	// takes about a second and 256 MiB. Only tests use less.
	Work    int
	carrier *age.X25519Identity // opens bundles in transport
}

// NewKeyFile makes a key. Error: an agency that is none, an unknown role.
func NewKeyFile(agency string, role Role) (*KeyFile, error) {
	if err := checkAgency(agency); err != nil {
		return nil, err
	}
	k := &KeyFile{Agency: agency, Role: role}
	switch role {
	case RoleOfficer:
		k.Identity = NewIdentity()
	case RoleRecovery:
		k.Identity = NewRecovery()
	default:
		return nil, fmt.Errorf("seal: %q is no role of a key", role)
	}
	var err error
	k.carrier, err = age.GenerateX25519Identity()
	return k, err
}

// Carrier is the age recipient ("age1…") to which bundles for this key are
// encrypted in transport.
func (k *KeyFile) Carrier() string { return k.carrier.Recipient().String() }

// String hides the secret from logs.
func (k *KeyFile) String() string { return "seal.KeyFile" }

// workFactor is what Work is where nothing else is asked for.
const workFactor = 18

const (
	seedLine   = "# priemnaya-protected-seed: "
	agencyLine = "# agency: "
	roleLine   = "# role: "
)

// WriteKey writes the key file, encrypted under the passphrase. It is meant to be
// opened on a machine without a network.
func WriteKey(w io.Writer, k *KeyFile, passphrase []byte) error {
	if len(bytes.TrimSpace(passphrase)) < 12 {
		return errors.New("seal: the passphrase needs at least 12 characters")
	}
	to, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return err
	}
	to.SetWorkFactor(cmp.Or(k.Work, workFactor))
	out, err := age.Encrypt(w, to)
	if err != nil {
		return err
	}
	seed := k.Identity.Seed()
	defer Wipe(seed)
	text := fmt.Appendf(nil, "# Priemnaya, protected channel: a private key. Who has it reads the reports.\n%s%s\n%s%s\n%s%s\n%s\n",
		agencyLine, k.Agency, roleLine, k.Role, seedLine, base64.RawURLEncoding.EncodeToString(seed), k.carrier)
	defer Wipe(text)
	if _, err := out.Write(text); err != nil {
		return err
	}
	return out.Close()
}

// ReadKey reads what WriteKey wrote. Error: ErrPassphrase.
func ReadKey(r io.Reader, passphrase []byte) (*KeyFile, error) {
	id, err := age.NewScryptIdentity(string(passphrase))
	if err != nil {
		return nil, ErrPassphrase
	}
	id.SetMaxWorkFactor(22)
	plain, err := age.Decrypt(r, id)
	if err != nil {
		return nil, ErrPassphrase
	}
	text, err := io.ReadAll(io.LimitReader(plain, 64*kib))
	defer Wipe(text)
	if err != nil {
		return nil, ErrPassphrase
	}
	return parseKey(text)
}

func parseKey(text []byte) (*KeyFile, error) {
	k := &KeyFile{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		var err error
		switch {
		case strings.HasPrefix(line, agencyLine):
			k.Agency = line[len(agencyLine):]
		case strings.HasPrefix(line, roleLine):
			k.Role = Role(line[len(roleLine):])
		case strings.HasPrefix(line, seedLine):
			var seed []byte
			if seed, err = base64.RawURLEncoding.DecodeString(line[len(seedLine):]); err == nil {
				k.Identity, err = FromSeed(seed)
			}
			Wipe(seed)
		case strings.HasPrefix(line, "AGE-SECRET-KEY-1"):
			k.carrier, err = age.ParseX25519Identity(line)
		}
		if err != nil {
			return nil, ErrPassphrase
		}
	}
	if k.Identity == nil || k.carrier == nil || checkAgency(k.Agency) != nil || k.Role != RoleOfficer && k.Role != RoleRecovery {
		return nil, errors.New("seal: this is no key file of the protected channel")
	}
	return k, nil
}
