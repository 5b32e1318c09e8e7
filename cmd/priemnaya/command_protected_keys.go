package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected"
	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/officer"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/web"
)

// protectedKeyCommands are the commands for the keys of the protected channel.
// They are meant for a machine without a network and read no setting.
func protectedKeyCommands() []*cobra.Command {
	key := &cobra.Command{Use: "key", Short: "Private keys of the protected channel; use a machine without a network"}
	key.AddCommand(keyNewCommand(), keySplitCommand(), keyJoinCommand(), keyRotateCommand())
	log := &cobra.Command{Use: "log", Short: "The log of an agency's public keys"}
	log.AddCommand(logNewCommand(), logChangeCommand("add", keylog.ActionAdd), logChangeCommand("remove", keylog.ActionRemove), logFormerCommand(), logCheckCommand())
	hashes := &cobra.Command{Use: "hashes", Short: "Print the SHA-256 of each script of the protected pages, as sha256sum does", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, name := range web.Names() {
				fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", web.Hash(web.Script(name)), name)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", web.Hash(officer.Script()), "desk.js")
			return nil
		}}
	return []*cobra.Command{key, log, hashes, protectedUnpackCommand()}
}

// publicKey is what `key new` writes beside a private key, for the log.
type publicKey struct {
	Agency  string      `json:"agency"`
	Role    seal.Role   `json:"role"`
	Key     seal.Public `json:"key"`
	Carrier string      `json:"carrier,omitempty"`
}

func keyNewCommand() *cobra.Command {
	var agency, role, browser string
	c := &cobra.Command{Use: "new FILE", Args: cobra.ExactArgs(1),
		Short: "Make a key; its passphrase is the first line of standard input",
		Long:  "Writes FILE, an age file under the passphrase, and FILE.pub, which goes into the log of keys.",
		RunE: func(cmd *cobra.Command, args []string) error {
			passphrase, err := readPassphrase(cmd)
			if err != nil {
				return err
			}
			defer seal.Wipe(passphrase)
			k, err := seal.NewKeyFile(agency, seal.Role(role))
			if err != nil {
				return err
			}
			defer k.Identity.Wipe()
			if err := writeKeyFiles(args[0], k, passphrase); err != nil {
				return err
			}
			if browser != "" {
				locked, err := seal.LockForBrowser(k.Identity, passphrase)
				if err != nil {
					return err
				}
				if err := writeOnce(browser, append(locked, '\n')); err != nil {
					return err
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s of %s\n%s\n", k.Role, k.Agency, k.Identity.Public().Fingerprint())
			return nil
		}}
	c.Flags().StringVar(&agency, "agency", "", "identifier of the agency")
	c.Flags().StringVar(&role, "role", string(seal.RoleOfficer), "officer or recovery")
	c.Flags().StringVar(&browser, "browser", "", "write the key for the officer's browser to this file too")
	return c
}

// keyWork is seal.KeyFile.Work of the keys that are made; tests lower it.
var keyWork = 0

// writeKeyFiles writes a private key and the public one beside it.
func writeKeyFiles(path string, k *seal.KeyFile, passphrase []byte) error {
	var file bytes.Buffer
	k.Work = keyWork
	if err := seal.WriteKey(&file, k, passphrase); err != nil {
		return err
	}
	pub, err := json.Marshal(publicKey{k.Agency, k.Role, k.Identity.Public(), k.Carrier()})
	if err != nil {
		return err
	}
	if err := writeOnce(path, file.Bytes()); err != nil {
		return err
	}
	return writeOnce(path+".pub", append(pub, '\n'))
}

func keyRotateCommand() *cobra.Command {
	var folder, signer, out string
	needed, made := 3, 5
	c := &cobra.Command{Use: "rotate --log FOLDER --signer FILE --out FOLDER", Args: cobra.NoArgs,
		Short: "Make a new recovery key, divide it at once, and exchange it in the log of keys",
		Long: "The new key is never written whole. Reports sealed before stay open to the old shares until they\n" +
			"are shredded: keep those as long, then destroy them.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			secret, err := os.ReadFile(signer)
			if err != nil {
				return err
			}
			page, err := keylog.Read(folder)
			if err != nil {
				return err
			}
			state, err := keylog.Check(page, "")
			if err != nil {
				return err
			}
			agency := strings.TrimPrefix(state.Origin, "priemnaya-protected-")
			id := seal.NewRecovery()
			defer id.Wipe()
			// The shares are on disk before the log promises the key to anybody.
			if err := writeShares(cmd.OutOrStdout(), out, agency, id, needed, made); err != nil {
				return err
			}
			now := time.Now()
			e := keylog.Entry{Agency: agency, Action: keylog.ActionAdd, Role: seal.RoleRecovery, Key: id.Public()}
			if err := keylog.Append(folder, e, string(secret), now); err != nil {
				return err
			}
			for _, old := range state.Entries {
				if old.Role == seal.RoleRecovery {
					old.Action = keylog.ActionRemove
					if err := keylog.Append(folder, old, string(secret), now); err != nil {
						return err
					}
				}
			}
			return nil
		}}
	c.Flags().StringVar(&folder, "log", "", "folder of the log of keys")
	c.Flags().StringVar(&signer, "signer", "", "file of the log's signing key")
	c.Flags().StringVar(&out, "out", "", "folder for the shares")
	c.Flags().IntVar(&needed, "needed", needed, "how many shares restore the key")
	c.Flags().IntVar(&made, "shares", made, "how many shares are made")
	return c
}

// openKey reads a key file with the passphrase on standard input.
func openKey(cmd *cobra.Command, path string) (*seal.KeyFile, error) {
	passphrase, err := readPassphrase(cmd)
	if err != nil {
		return nil, err
	}
	defer seal.Wipe(passphrase)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return seal.ReadKey(f, passphrase)
}

// hardenMemory starts the program anew in place, which a test cannot bear.
var hardenMemory = protected.Harden

// readPassphrase reads the first line of standard input. It also keeps the
// memory of the process from being dumped.
func readPassphrase(cmd *cobra.Command) ([]byte, error) {
	if err := hardenMemory(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(cmd.InOrStdin()).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
		return nil, errors.New("the passphrase is expected on standard input")
	}
	return line, nil
}

// writeOnce writes a file that only its owner reads and overwrites none.
func writeOnce(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
