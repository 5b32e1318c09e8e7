package seal

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"priemnaya/intake/protected/words"
)

var update = flag.Bool("update", false, "write the vectors anew")

const vectors = "../../../docs/vectors/protected"

type wordVector struct {
	Typed     string `json:"typed"`
	Canonical string `json:"canonical"`
	Stretched string `json:"stretched"`
	Agency    string `json:"agency"`
	Tag       string `json:"tag"`
	TagHash   string `json:"tagHash"`
	Secret    string `json:"secret"`
	Stored    string `json:"secretHash"`
	Public    string `json:"public"`
}

type envelopeVector struct {
	Agency   string `json:"agency"`
	Report   string `json:"report"`
	Kind     string `json:"kind"`
	Number   uint32 `json:"number"`
	Seed     string `json:"seed"`
	Public   string `json:"public"`
	Signer   string `json:"signer"`
	Body     string `json:"body"`
	Content  string `json:"content"`
	Commit   string `json:"commit"`
	Payload  string `json:"payloadKey"`
	Frame    string `json:"frameSHA256"`
	Sealed   string `json:"payloadSHA256"`
	Envelope string `json:"envelope"`
}

type lockVector struct {
	Key      string `json:"slotKey"`
	Salt     string `json:"salt"`
	Envelope string `json:"envelope"`
	Locked   string `json:"locked"`
}

func vectorFile(t *testing.T, name string, made, read any) {
	t.Helper()
	path := filepath.Join(vectors, name)
	if *update && made != nil {
		data, err := json.MarshalIndent(made, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, read); err != nil {
		t.Fatal(err)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPublishedHPKEVectorIsOpenedByOurSuite(t *testing.T) {
	var v map[string]string
	vectorFile(t, "hpke.json", nil, &v)
	priv, err := ecdh.X25519().NewPrivateKey(unhex(t, v["skRm"]))
	if err != nil {
		t.Fatal(err)
	}
	k, err := hpke.NewDHKEMPrivateKey(priv)
	if err != nil {
		t.Fatal(err)
	}
	r, err := hpke.NewRecipient(unhex(t, v["enc"]), k, hpke.HKDFSHA256(), hpke.AES256GCM(), unhex(t, v["info"]))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Open(unhex(t, v["aad"]), unhex(t, v["ct"])); err != nil || hex.EncodeToString(got) != v["pt"] {
		t.Fatalf("%x %v", got, err)
	}
}

func makeWordVectors(t *testing.T) []wordVector {
	var out []wordVector
	for _, typed := range []string{"абажур ёжик йогей мамаша рейтинг солнце янтарь", "  1. АБАЖ,2. ЕЖИК; ЙОГЕ мама рейт cолн янта "} {
		for _, agency := range []string{"demo", "agency-2"} {
			c, err := words.Canonical([]byte(typed))
			if err != nil {
				t.Fatal(err)
			}
			s, err := Stretch(c)
			if err != nil {
				t.Fatal(err)
			}
			a, err := s.Author(agency)
			if err != nil {
				t.Fatal(err)
			}
			th, sh := TagHash(a.Tag), SecretHash(a.Secret)
			out = append(out, wordVector{typed, string(c), hex.EncodeToString(s[:]), agency, hex.EncodeToString(a.Tag[:]), hex.EncodeToString(th[:]),
				hex.EncodeToString(a.Secret[:]), hex.EncodeToString(sh[:]), a.Public().String()})
		}
	}
	return out
}

func TestWordsGiveTheKnownKeys(t *testing.T) {
	made := makeWordVectors(t)
	var want []wordVector
	vectorFile(t, "words.json", made, &want)
	if len(want) != len(made) {
		t.Fatalf("%d vectors", len(want))
	}
	for i := range want {
		if made[i] != want[i] {
			t.Errorf("got  %+v\nwant %+v", made[i], want[i])
		}
	}
	if want[0].Tag == want[1].Tag || want[0].Tag != want[2].Tag {
		t.Error("the agency or the way of typing does not act as it must")
	}
}

func makeEnvelopeVectors(t *testing.T) []envelopeVector {
	var out []envelopeVector
	for i, body := range []string{`{"text":"Съешь ещё этих мягких французских булок"}`, strings.Repeat("0123456789abcdef", 1500)} {
		seed, from := bytes.Repeat([]byte{byte(i + 1)}, 32), bytes.Repeat([]byte{byte(i + 101)}, 32)
		me, err := FromSeed(seed)
		if err != nil {
			t.Fatal(err)
		}
		author, err := FromSeed(from)
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			author = nil
		}
		p := Place{Agency: "demo", Report: Report(bytes.Repeat([]byte{0xa5}, 16)), Kind: KindReport, Number: uint32(i)}
		e, err := Seal(p, []byte(body), author, []Public{me.Public(), NewIdentity().Public()})
		if err != nil {
			t.Fatal(err)
		}
		stanzas, commit, _, err := split(e)
		if err != nil {
			t.Fatal(err)
		}
		content, err := unwrap(p, stanzas, commit, me)
		if err != nil {
			t.Fatal(err)
		}
		v := envelopeVector{Agency: p.Agency, Report: p.Report.String(), Kind: string(p.Kind), Number: p.Number, Seed: hex.EncodeToString(seed),
			Public: me.Public().String(), Body: body, Content: hex.EncodeToString(content), Envelope: base64.StdEncoding.EncodeToString(e)}
		if author != nil {
			v.Signer = hex.EncodeToString(from)
		}
		out = append(out, v)
	}
	return out
}

// steps of the derivation are computed from the fixed inputs of a vector.
func (v envelopeVector) compute(t *testing.T) envelopeVector {
	t.Helper()
	r, err := ParseReport(v.Report)
	if err != nil {
		t.Fatal(err)
	}
	p := Place{Agency: v.Agency, Report: r, Kind: Kind(v.Kind), Number: v.Number}
	me, err := FromSeed(unhex(t, v.Seed))
	if err != nil {
		t.Fatal(err)
	}
	var from *Identity
	if v.Signer != "" {
		if from, err = FromSeed(unhex(t, v.Signer)); err != nil {
			t.Fatal(err)
		}
	}
	content := unhex(t, v.Content)
	v.Public, v.Commit, v.Payload = me.Public().String(), hex.EncodeToString(derive(content, p.label("commit"))), hex.EncodeToString(derive(content, p.label("payload")))
	f, err := frame(p, []byte(v.Body), from)
	if err != nil {
		t.Fatal(err)
	}
	sum, sealed := sha256.Sum256(f), sha256.Sum256(encrypt(nil, derive(content, p.label("payload")), f))
	v.Frame, v.Sealed = hex.EncodeToString(sum[:]), hex.EncodeToString(sealed[:])
	e, err := base64.StdEncoding.DecodeString(v.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Open(p, e, me)
	if err != nil || string(o.Body) != v.Body || o.Signed != (from != nil) || from != nil && !o.By(from.Public()) {
		t.Fatalf("the known envelope does not open as it must: %v", err)
	}
	return v
}

func TestEveryStepOfAnEnvelopeGivesTheKnownAnswer(t *testing.T) {
	var made []envelopeVector
	if *update {
		for _, v := range makeEnvelopeVectors(t) {
			made = append(made, v.compute(t))
		}
	}
	var want []envelopeVector
	vectorFile(t, "envelopes.json", made, &want)
	if len(want) != 2 {
		t.Fatalf("%d vectors", len(want))
	}
	for _, v := range want {
		if got := v.compute(t); got != v {
			t.Errorf("number %d differs", v.Number)
		}
	}
}

func TestTheShredLayerGivesTheKnownAnswer(t *testing.T) {
	key, salt := bytes.Repeat([]byte{3}, 32), bytes.Repeat([]byte{4}, 32)
	envelope := bytes.Repeat([]byte("envelope"), 20)
	made := lockVector{hex.EncodeToString(key), hex.EncodeToString(salt), hex.EncodeToString(envelope),
		hex.EncodeToString(encrypt(bytes.Clone(salt), blobKey(key, salt), envelope))}
	var want lockVector
	vectorFile(t, "shred.json", made, &want)
	if made != want {
		t.Errorf("got %+v", made)
	}
}
