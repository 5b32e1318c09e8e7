package seal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

var pass = []byte("длинная фраза офицера")

func newKey(t *testing.T, role Role) *KeyFile {
	t.Helper()
	k, err := NewKeyFile("demo", role)
	if err != nil {
		t.Fatal(err)
	}
	k.Work = 10 // scrypt is slow on purpose
	return k
}

func TestAKeyFileOpensWithItsPassphraseOnly(t *testing.T) {
	for _, role := range []Role{RoleOfficer, RoleRecovery} {
		k := newKey(t, role)
		var file bytes.Buffer
		if err := WriteKey(&file, k, pass); err != nil {
			t.Fatal(err)
		}
		back, err := ReadKey(bytes.NewReader(file.Bytes()), pass)
		if err != nil || back.Identity.Public() != k.Identity.Public() || back.Carrier() != k.Carrier() || back.Role != role || back.Agency != "demo" {
			t.Fatalf("%v %v", back, err)
		}
		if _, err := ReadKey(bytes.NewReader(file.Bytes()), []byte("другая фраза офицера")); !errors.Is(err, ErrPassphrase) {
			t.Error(err)
		}
		bad := bytes.Clone(file.Bytes())
		bad[len(bad)-1] ^= 1
		if _, err := ReadKey(bytes.NewReader(bad), pass); err == nil {
			t.Error("a damaged key file was read")
		}
	}
	if err := WriteKey(io.Discard, newKey(t, RoleOfficer), []byte("короткая")); err == nil && len("короткая") < 12 {
		t.Error("a short passphrase was taken")
	}
	if err := WriteKey(io.Discard, newKey(t, RoleOfficer), []byte("short")); err == nil {
		t.Error("a short passphrase was taken")
	}
}

func TestStockAgeOpensAKeyFileAndABundle(t *testing.T) {
	k := newKey(t, RoleOfficer)
	var file, bundle bytes.Buffer
	if err := WriteKey(&file, k, pass); err != nil {
		t.Fatal(err)
	}
	id, err := age.NewScryptIdentity(string(pass))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(&file, id)
	if err != nil {
		t.Fatal(err)
	}
	// The tool reads the decrypted file as its own identity file.
	ids, err := age.ParseIdentities(plain)
	if err != nil || len(ids) != 1 {
		t.Fatal(ids, err)
	}
	if err := WriteBundle(&bundle, Bundle{Items: []Item{item(t, k, "привет")}}, []string{k.Carrier()}); err != nil {
		t.Fatal(err)
	}
	out, err := age.Decrypt(&bundle, ids...)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(out); err != nil || !bytes.Contains(all, []byte("manifest.json")) {
		t.Fatal(err)
	}
}

func item(t *testing.T, k *KeyFile, text string) Item {
	t.Helper()
	e := mustSeal(t, here, []byte(text), nil, k.Identity.Public())
	return Item{Agency: here.Agency, Report: here.Report.String(), Kind: here.Kind, Number: here.Number, Day: "2026-11-22", Envelope: e}
}

func TestABundleComesBackWholeOrNotAtAll(t *testing.T) {
	k, stranger := newKey(t, RoleOfficer), newKey(t, RoleOfficer)
	var file bytes.Buffer
	if err := WriteBundle(&file, Bundle{Items: []Item{item(t, k, "раз"), item(t, k, "два")}}, []string{k.Carrier()}); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBundle(bytes.NewReader(file.Bytes()), k)
	if err != nil || len(b.Items) != 2 {
		t.Fatal(err)
	}
	for i, want := range []string{"раз", "два"} {
		p, err := b.Items[i].Place()
		if err != nil {
			t.Fatal(err)
		}
		if o, err := Open(p, b.Items[i].Envelope, k.Identity); err != nil || string(o.Body) != want {
			t.Error(err)
		}
	}
	if bytes.Contains(file.Bytes(), []byte(here.Report.String())) {
		t.Error("the bundle shows whose report it carries")
	}
	if _, err := ReadBundle(bytes.NewReader(file.Bytes()), stranger); !errors.Is(err, ErrBundle) {
		t.Error(err)
	}
	for n := 0; n < file.Len(); n += file.Len() / 40 {
		if _, err := ReadBundle(bytes.NewReader(file.Bytes()[:n]), k); err == nil {
			t.Errorf("%d bytes of %d were read as a bundle", n, file.Len())
		}
	}
	if err := WriteBundle(io.Discard, Bundle{}, nil); err == nil {
		t.Error("a bundle for nobody was written")
	}
}

func TestAnyThreeOfFiveSharesRestoreTheKey(t *testing.T) {
	key := NewRecovery()
	set, shares, err := Split(key, 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, pick := range [][]int{{0, 1, 2}, {4, 2, 0}, {1, 3, 4}, {0, 1, 2, 3, 4}} {
		var some []Share
		for i, n := range pick {
			// As a person types it: capitals and line ends.
			s, err := ParseShare(i+1, []byte(strings.ToUpper(strings.ReplaceAll(string(shares[n].Words()), " ", " \n"))))
			if err != nil {
				t.Fatal(err)
			}
			some = append(some, s)
		}
		back, err := Join(set, some)
		if err != nil || back.Public() != key.Public() {
			t.Fatal(pick, err)
		}
	}
	if _, err := Join(set, shares[:2]); !errors.Is(err, ErrTooFewShares) {
		t.Error(err)
	}
}

func TestAWrongShareIsNamed(t *testing.T) {
	set, shares, err := Split(NewRecovery(), 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	_, others, err := Split(NewRecovery(), 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	forged := shares[2]
	forged.bytes[20] ^= 1
	for name, x := range map[string]struct {
		shares   []Share
		position int
		reason   string
	}{
		"of another key":  {[]Share{shares[0], others[1]}, 2, "other set"},
		"given twice":     {[]Share{shares[3], shares[3]}, 2, "twice"},
		"forged":          {[]Share{forged, shares[0]}, 1, "other set"},
		"wrong and extra": {[]Share{shares[0], shares[1], others[2]}, 3, "other set"},
	} {
		var e *ShareError
		if _, err := Join(set, x.shares); !errors.As(err, &e) || e.Position != x.position || e.Reason != x.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
	typed := strings.Fields(string(shares[0].Words()))
	typed[5], typed[6] = typed[6], typed[5]
	var e *ShareError
	if _, err := ParseShare(7, []byte(strings.Join(typed, " "))); typed[5] != typed[6] && (!errors.As(err, &e) || e.Position != 7 || e.Reason != "typo") {
		t.Errorf("two words in the wrong order: %v", err)
	}
	if _, err := ParseShare(1, []byte("солнце")); err == nil {
		t.Error("one word passed for a share")
	}
}

func TestOneShareTooFewSaysNothing(t *testing.T) {
	// For k−1 shares and every other secret there is a k-th share that completes
	// them to that secret: so k−1 shares favour none.
	_, shares, err := Split(NewRecovery(), 3, 3)
	if err != nil {
		t.Fatal(err)
	}
	g := group.Ristretto255
	id := func(n uint64) group.Scalar { return g.NewScalar().SetUint64(n) }
	value := func(s Share) group.Scalar {
		v, err := scalar(s.bytes[2:34])
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for range 5 {
		other := NewRecovery()
		secret, err := scalar(other.seed[:])
		if err != nil {
			t.Fatal(err)
		}
		// The value at 3 of the polynomial through (0, secret), share 1, share 2.
		at := func(n uint64) group.Scalar { return g.NewScalar().Sub(id(n), id(3)) }
		third, err := secretsharing.Recover(2, []secretsharing.Share{{ID: at(0), Value: secret}, {ID: at(1), Value: value(shares[0])}, {ID: at(2), Value: value(shares[1])}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := secretsharing.Recover(2, []secretsharing.Share{{ID: id(1), Value: value(shares[0])}, {ID: id(2), Value: value(shares[1])}, {ID: id(3), Value: third}})
		if err != nil || !got.IsEqual(secret) {
			t.Fatal("two shares exclude a secret", err)
		}
	}
}

func TestOnlyLawfulSplitsAreMade(t *testing.T) {
	for _, x := range [][2]int{{1, 3}, {4, 3}, {2, 33}, {0, 0}} {
		if _, _, err := Split(NewRecovery(), x[0], x[1]); err == nil {
			t.Errorf("%d of %d", x[0], x[1])
		}
	}
	set, shares, err := Split(NewRecovery(), 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains([]byte(strings.Join(set.Commitments, "")), shares[0].bytes[2:34]) {
		t.Error("the description shows a share")
	}
	if _, err := ParseShareSet([]byte(`{"format":"priemnaya-shares-1","needed":2,"made":2,"commitments":["00"]}`)); err == nil {
		t.Error("a broken description passed")
	}
}
