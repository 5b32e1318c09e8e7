package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/officer"
	"priemnaya/intake/protected/seal"
)

// The demonstration's agency and its one officer. Everything that belongs on
// other machines, or on none, lies in the folder demoKeys for once: the officer's
// key, his second factor, the signing key of the log and the recovery shares.
const (
	demoAgency          = "demo"
	demoKeys            = "demo-keys"
	demoOfficer         = "officer"
	demoOfficerPassword = "demonstration-only"
	demoOfficerKey      = "officer.key.json"
	demoSecond          = "second-factor"
)

// makeDemoAgency makes the folder of the demonstration's agency where it is not
// there yet. agency.json is written last: what was left half done is made anew.
func makeDemoAgency(folder string) error {
	path := filepath.Join(folder, agencyFile)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range []string{demoKeys, keyLogFolder, officer.AccountsFile} {
		if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(folder, demoKeys), 0o700); err != nil {
		return err
	}
	me := seal.NewIdentity()
	defer me.Wipe()
	verifier, err := makeDemoLog(folder, me.Public())
	if err != nil {
		return err
	}
	if err := makeDemoOfficer(folder, me); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(protectedAgency{Verifier: verifier,
		Names: map[string]string{"ru": "Управление собственной безопасности (демонстрация)", "en": "Internal Security Department (demonstration)"}}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o600)
}

// makeDemoLog begins the log of keys, with the officer's key and a recovery key of
// which only the shares are kept, and returns the log's verifier key.
func makeDemoLog(folder string, key seal.Public) (verifier string, err error) {
	log, keys := filepath.Join(folder, keyLogFolder), filepath.Join(folder, demoKeys)
	signer, err := keylog.Create(log, demoAgency)
	if err != nil {
		return "", err
	}
	recovery := seal.NewRecovery()
	defer recovery.Wipe()
	if err := writeShares(io.Discard, filepath.Join(keys, "shares"), demoAgency, recovery, 2, 3); err != nil {
		return "", err
	}
	for role, public := range map[seal.Role]seal.Public{seal.RoleOfficer: key, seal.RoleRecovery: recovery.Public()} {
		e := keylog.Entry{Agency: demoAgency, Action: keylog.ActionAdd, Role: role, Key: public}
		if err := keylog.Append(log, e, signer, time.Now()); err != nil {
			return "", err
		}
	}
	if err := writeOnce(filepath.Join(keys, "signer"), []byte(signer+"\n")); err != nil {
		return "", err
	}
	p, err := keylog.Read(log)
	return p.Verifier, err
}

// makeDemoOfficer makes the officer's account and the key for his browser, whose
// passphrase is his password.
func makeDemoOfficer(folder string, me *seal.Identity) error {
	f := officer.OpenAccounts(folder, officer.Codes{Issuer: "priemnaya " + demoAgency}, time.Now)
	setup, err := f.Add(officer.Account{Login: demoOfficer, Senior: true, Key: me.Public()}, demoOfficerPassword)
	if err != nil {
		return err
	}
	locked, err := seal.LockForBrowser(me, []byte(demoOfficerPassword))
	if err != nil {
		return err
	}
	keys := filepath.Join(folder, demoKeys)
	return errors.Join(writeOnce(filepath.Join(keys, demoOfficerKey), append(locked, '\n')),
		writeOnce(filepath.Join(keys, demoSecond), []byte(setup+"\n")))
}

// demoCodeCommand stands for the telephone of the demonstration's officer.
func demoCodeCommand(f *protectedFlags) *cobra.Command {
	return &cobra.Command{Use: "demo-code", Args: cobra.NoArgs, Hidden: true, Short: "Print the one-time code of the demonstration's officer",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.agency = demoAgency
			code, err := demoCode(f.folder(), time.Now())
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), code)
			}
			return err
		}}
}

func demoCode(folder string, now time.Time) (string, error) {
	raw, err := os.ReadFile(filepath.Join(folder, demoKeys, demoSecond))
	if err != nil {
		return "", err
	}
	return officer.CodeOf(strings.TrimSpace(string(raw)), now)
}
