// Package seal is the cryptography of the protected anonymous channel: the
// envelope in which a report, a message or a file is sealed, the keys of those
// who may open it, the author's keys made from seven words, the shred file, and
// key files at rest. docs/threat-model.md says against whom; this page how.
//
// # Who holds what
//
// An [Identity] is a secret seed of 32 bytes. From it come an X25519 key that
// opens envelopes and an Ed25519 key that signs what its holder writes. Officers,
// the agency's recovery key and the author have one each. [Public] is the other
// half. The author's identity comes from his words: [Stretch], then
// [Stretched.Author]; the same derivation gives his lookup tag and his secret for
// signing in, of which the server stores only [Author.TagHash] and
// [Author.SecretHash].
//
// # Use
//
//	place := seal.Place{Agency: "fsb-demo", Report: seal.NewReport(), Kind: seal.KindReport}
//	body, _ := seal.Letter{Text: text, Reply: author.Public()}.Encode()
//	envelope, err := seal.Seal(place, body, author.Identity, append(officers, recovery, author.Public()))
//	locked, err := shred.Lock(slot, envelope)     // what is stored
//	...
//	envelope, err = shred.Unlock(slot, locked)
//	opened, err := seal.Open(place, envelope, officer) // opened.From == letter.Reply?
//
// The caller wipes what it no longer needs: [Wipe], [Identity.Wipe].
//
// # Envelope, version 1
//
//	magic     8  "PRSEAL\x00\x01"
//	n         1  number of stanzas, a multiple of 8
//	stanzas   n × 80: encapsulated key 32, wrapped content key 48
//	commit    32 commitment to the content key
//	payload   chunks of 64 KiB, each with a tag of 16 bytes
//
// With label(x) = "priemnaya/protected/v1\n" x "\n" agency "\n" report in hex "\n"
// kind "\n" number in decimal, and a random content key C of 32 bytes:
//
//	commit  = HKDF-SHA256(C, no salt, label("commit"), 32)
//	stanza  = HPKE base mode to one X25519 key, info label("wrap"), aad commit, plaintext C
//	key     = HKDF-SHA256(C, no salt, label("payload"), 32)
//	chunk i = AES-256-GCM(key, nonce, no aad), nonce = 7 zero bytes, i in 4 bytes
//	          big-endian, 1 for the last chunk or else 0
//
// HPKE is RFC 9180 with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// The payload is a frame, filled with zero bytes up to a step of [Step]:
//
//	version 1, signed 1 (0 or 1), signer 32, signature 64, length 4, body
//
// The signature is Ed25519 over label("sign") "\n" SHA-256(body).
//
// The browser makes and opens the same bytes (intake/protected/web/seal.js);
// docs/vectors/protected holds known answers for each step.
//
// # Words
//
// The canonical form is seven times the first four letters, lower case, ё as е,
// with one space between ([priemnaya/intake/protected/words.Canonical]).
//
//	stretched = PBKDF2-HMAC-SHA256(SHA-256(canonical), "priemnaya/protected/words/v1", 65536, 32)
//	tag, secret, seed = HKDF-SHA256(stretched, no salt, "priemnaya/protected/v1\n" x "\n" agency, 32)
//	                    for x = "tag", "secret", "identity"
//	X25519 key, Ed25519 seed = HKDF-SHA256(seed, no salt, "priemnaya/protected/v1\n" x, 32)
//	                    for x = "seal", "sign"
//
// Stretching is the same for all agencies, so an agency that took over a report
// finds its author by deriving for the agency of origin at no further cost.
package seal
