package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

var sevenWords = []byte("абаж ежик йоге мама рейт солн янта")

func TestTheSameWordsGiveUnlinkableAuthorsAtTwoAgencies(t *testing.T) {
	s, err := Stretch(sevenWords)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Author("one")
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Author("two")
	if err != nil {
		t.Fatal(err)
	}
	if a.Tag == b.Tag || a.Secret == b.Secret || a.Public().Seal == b.Public().Seal || a.Public().Sign == b.Public().Sign || a.Tag == a.Secret {
		t.Error("something is shared")
	}
	if _, err := s.Author("One Two"); err == nil {
		t.Error("an agency that is none")
	}
	for _, bad := range []string{"", "шесть слов это мало для ключа", "восемь слов это уже слишком много для ключа"} {
		if _, err := Stretch([]byte(bad)); err == nil {
			t.Errorf("%q was stretched", bad)
		}
	}
}

func TestTheStoredHashesProveTheSecretAndDoNotGiveIt(t *testing.T) {
	s, err := Stretch(sevenWords)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Author("demo")
	if err != nil {
		t.Fatal(err)
	}
	stored := SecretHash(a.Secret)
	if !SecretMatches(stored, a.Secret) || SecretMatches(stored, a.Tag) || SecretMatches(stored, stored) || TagHash(a.Tag) == SecretHash(a.Tag) {
		t.Error("the check of the secret is wrong")
	}
}

func TestWipedKeysOpenNothing(t *testing.T) {
	s, err := Stretch(sevenWords)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Author("demo")
	if err != nil {
		t.Fatal(err)
	}
	e := mustSeal(t, here, nil, nil, a.Public())
	a.Wipe()
	s.Wipe()
	if a.Tag != [32]byte{} || a.Secret != [32]byte{} || a.Identity.seed != [32]byte{} || *s != (Stretched{}) {
		t.Error("something is left")
	}
	if _, err := Open(here, e, a.Identity); !errors.Is(err, ErrNotForYou) {
		t.Error(err)
	}
}

func TestNoSecretIsPrintedByAccident(t *testing.T) {
	s, err := Stretch(sevenWords)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Author("demo")
	if err != nil {
		t.Fatal(err)
	}
	k := newKey(t, RoleRecovery)
	_, shares, err := Split(k.Identity, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	seeds := [][]byte{s[:], a.Identity.seed[:], k.Identity.seed[:], shares[0].bytes[2:34], a.Tag[:], a.Secret[:]}
	for _, v := range []any{s, a, *a, a.Identity, k, shares[0], &shares[0]} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			text := fmt.Sprintf(format, v)
			for i, secret := range seeds {
				dec := strings.Trim(fmt.Sprint(secret[:8]), "[]")
				if strings.Contains(text, dec) || strings.Contains(text, fmt.Sprintf("%x", secret[:8])) || strings.Contains(text, strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", secret[:4]), "[]byte{"), "}")) {
					t.Errorf("%s of %T prints secret %d", format, v, i)
				}
			}
		}
	}
}

func TestPublicKeysAreReadAsTheyWereWritten(t *testing.T) {
	p := NewIdentity().Public()
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Public
	if err := json.Unmarshal(raw, &back); err != nil || back != p {
		t.Fatal(err)
	}
	text := p.String()
	for _, bad := range []string{"", "prk1-", text[1:], text + "A", text[:len(text)-1], "prk2" + text[4:], strings.Replace(text, text[10:11], "+", 1), Public{}.String()} {
		if _, err := ParsePublic(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	if len(p.Fingerprint()) != 39 || p.Fingerprint() == NewIdentity().Public().Fingerprint() {
		t.Error(p.Fingerprint())
	}
	if _, err := FromSeed([]byte("short")); err == nil {
		t.Error("a short seed")
	}
}

func TestLettersFilesAndBrowserKeysComeBack(t *testing.T) {
	p := NewIdentity().Public()
	body, err := Letter{Text: "«текст» < 18 °C\n", Reply: &p, Origin: "demo 00"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if l, err := DecodeLetter(body); err != nil || l.Text != "«текст» < 18 °C\n" || *l.Reply != p || l.Origin != "demo 00" {
		t.Error(l, err)
	}
	body, err = File{Kind: "pdf", Removed: []string{"author"}, Data: []byte{0, 1, 2}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if f, err := DecodeFile(body); err != nil || f.Kind != "pdf" || !bytes.Equal(f.Data, []byte{0, 1, 2}) {
		t.Error(f, err)
	}
	for _, bad := range [][]byte{nil, {0}, {0, 9, '{'}, []byte("\x00\x02[]")} {
		if _, err := DecodeFile(bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := DecodeLetter([]byte("[")); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	id := NewIdentity()
	file, err := LockForBrowser(id, []byte("фраза"))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := UnlockFromBrowser(file, []byte("фраза")); err != nil || back.Public() != id.Public() {
		t.Error(err)
	}
	for _, x := range []struct{ file, pass string }{{string(file), "другая"}, {"{}", "фраза"}, {strings.Replace(string(file), "600000", "600001", 1), "фраза"}, {strings.Replace(string(file), "600000", "1000", 1), "фраза"}} {
		if _, err := UnlockFromBrowser([]byte(x.file), []byte(x.pass)); !errors.Is(err, ErrPassphrase) {
			t.Error(err)
		}
	}
}

func TestShufflingIsFair(t *testing.T) {
	var first [4]int
	for range 4000 {
		keys := make([][32]byte, 4)
		for i := range keys {
			keys[i][0] = byte(i)
		}
		shuffle(keys)
		first[keys[0][0]]++
	}
	for i, n := range first {
		if n < 850 || n > 1150 {
			t.Errorf("key %d came first %d times of 4000", i, n)
		}
	}
}
