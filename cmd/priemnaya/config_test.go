package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[strings.TrimPrefix(name, "PRIEMNAYA_")] }
}

func TestUnsafeConfigurationsAreRefused(t *testing.T) {
	good := map[string]string{"MODE": "production", "BASE_URL": "https://p.example.ru", "SMTP_ADDR": "mail:587",
		"SMTP_FROM": "p@example.ru", "ESIA_URL": "https://esia.example", "LETTER_KEY": "/k.pem", "LETTER_CERTIFICATE": "/k.crt"}
	for _, x := range []struct {
		name   string
		change map[string]string
		want   string
	}{
		{"production as it should be", nil, ""},
		{"an unknown mode", map[string]string{"MODE": "test"}, "PRIEMNAYA_MODE"},
		{"production without TLS", map[string]string{"BASE_URL": "http://p.example.ru"}, "PRIEMNAYA_BASE_URL"},
		{"production without mail", map[string]string{"SMTP_ADDR": ""}, "PRIEMNAYA_SMTP_ADDR"},
		{"production without identities", map[string]string{"ESIA_URL": ""}, "PRIEMNAYA_ESIA_URL"},
		{"production that would sign by a development key", map[string]string{"LETTER_KEY": "", "LETTER_CERTIFICATE": ""}, "PRIEMNAYA_LETTER_KEY"},
		{"a key for letters without its certificate", map[string]string{"LETTER_CERTIFICATE": ""}, "PRIEMNAYA_LETTER_KEY"},
		{"development on a public address", map[string]string{"MODE": "development", "LISTEN": "0.0.0.0:8080"}, "PRIEMNAYA_LISTEN"},
		{"the emulator on a public address", map[string]string{"MODE": "development", "ESIASIM_LISTEN": ":8081"}, "PRIEMNAYA_ESIASIM_LISTEN"},
		{"the sink on a public address", map[string]string{"MODE": "development", "SINK_LISTEN": "192.0.2.1:25"}, "PRIEMNAYA_SINK_LISTEN"},
		{"a flag that is none", map[string]string{"CLAMD_ACCEPT_UNSCANNED": "perhaps"}, "PRIEMNAYA_CLAMD_ACCEPT_UNSCANNED"},
		{"a secret file that is missing", map[string]string{"SMTP_PASSWORD_FILE": "/none"}, "PRIEMNAYA_SMTP_PASSWORD_FILE"},
	} {
		pairs := map[string]string{}
		for k, v := range good {
			pairs[k] = v
		}
		for k, v := range x.change {
			pairs[k] = v
		}
		_, err := readConfig(env(pairs))
		if x.want == "" && err != nil || x.want != "" && (err == nil || !strings.Contains(err.Error(), x.want)) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}

func TestTheSecretIsMadeOnceAndKeptPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := readKeys(env(nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := readKeys(env(nil), dir)
	if err != nil || !bytes.Equal(first.derive("a"), again.derive("a")) {
		t.Errorf("another secret after a restart: %v", err)
	}
	if bytes.Equal(first.derive("a"), first.derive("b")) {
		t.Error("two purposes share a key")
	}
	info, err := os.Stat(filepath.Join(dir, secretFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := readKeys(env(map[string]string{"SECRET": base64.StdEncoding.EncodeToString([]byte("short"))}), dir); err == nil {
		t.Error("a short secret is accepted")
	}
}
