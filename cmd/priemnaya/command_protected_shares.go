package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected/seal"
)

func keySplitCommand() *cobra.Command {
	needed, made := 3, 5
	c := &cobra.Command{Use: "split KEYFILE FOLDER", Args: cobra.ExactArgs(2),
		Short: "Divide a recovery key into shares to print; the passphrase is the first line of standard input",
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := openKey(cmd, args[0])
			if err != nil {
				return err
			}
			defer k.Identity.Wipe()
			return writeShares(cmd.OutOrStdout(), args[1], k.Agency, k.Identity, needed, made)
		}}
	c.Flags().IntVar(&needed, "needed", needed, "how many shares restore the key")
	c.Flags().IntVar(&made, "shares", made, "how many shares are made")
	return c
}

// writeShares writes shares.json, which is public, and a page for each keeper.
func writeShares(out io.Writer, folder, agency string, id *seal.Identity, needed, made int) error {
	set, shares, err := seal.Split(id, needed, made)
	if err != nil {
		return err
	}
	about, err := json.MarshalIndent(set, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := writeOnce(filepath.Join(folder, "shares.json"), append(about, '\n')); err != nil {
		return err
	}
	for i := range shares {
		s := &shares[i]
		words := s.Words()
		page := fmt.Appendf(nil, "# Приёмная, защищённый канал, «%s»: часть %d из %d, для восстановления нужно %d\n# Ключ %s\n# Напечатайте и удалите файл. Храните отдельно от других частей.\n\n", agency, s.Number, made, needed, set.Public.Fingerprint())
		for n, w := range bytes.Fields(words) {
			page = fmt.Appendf(page, "%2d. %s\n", n+1, w)
		}
		err := writeOnce(filepath.Join(folder, fmt.Sprintf("share-%d.txt", s.Number)), page)
		seal.Wipe(words)
		seal.Wipe(page)
		s.Wipe()
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%d shares, any %d restore the key\n%s\n", made, needed, set.Public.Fingerprint())
	return nil
}

func keyJoinCommand() *cobra.Command {
	var set, agency, out string
	c := &cobra.Command{Use: "join SHARE...", Args: cobra.MinimumNArgs(1),
		Short: "Restore a recovery key from files of shares; its new passphrase is the first line of standard input",
		RunE: func(cmd *cobra.Command, args []string) error {
			passphrase, err := readPassphrase(cmd)
			if err != nil {
				return err
			}
			defer seal.Wipe(passphrase)
			raw, err := os.ReadFile(set)
			if err != nil {
				return err
			}
			about, err := seal.ParseShareSet(raw)
			if err != nil {
				return err
			}
			id, err := joinShares(about, args)
			if err != nil {
				return err
			}
			k, err := seal.NewKeyFile(agency, seal.RoleRecovery)
			if err != nil {
				return err
			}
			k.Identity.Wipe()
			k.Identity = id
			defer id.Wipe()
			if err := writeKeyFiles(out, k, passphrase); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), id.Public().Fingerprint())
			return nil
		}}
	c.Flags().StringVar(&set, "set", "shares.json", "description of the shares")
	c.Flags().StringVar(&agency, "agency", "", "identifier of the agency")
	c.Flags().StringVar(&out, "out", "recovery.key", "key file to write")
	return c
}

// joinShares reads files of shares and names the file of a wrong one.
func joinShares(set seal.ShareSet, paths []string) (*seal.Identity, error) {
	var shares []seal.Share
	defer func() {
		for i := range shares {
			shares[i].Wipe()
		}
	}()
	named := func(err error) error {
		if e := (*seal.ShareError)(nil); errors.As(err, &e) {
			return fmt.Errorf("%s: %w", paths[e.Position-1], err)
		}
		return err
	}
	for i, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		s, err := seal.ParseShare(i+1, withoutRemarks(raw))
		seal.Wipe(raw)
		if err != nil {
			return nil, named(err)
		}
		shares = append(shares, s)
	}
	id, err := seal.Join(set, shares)
	return id, named(err)
}

// withoutRemarks leaves out lines that begin with #.
func withoutRemarks(raw []byte) []byte {
	var out []byte
	for line := range bytes.Lines(raw) {
		if !bytes.HasPrefix(line, []byte("#")) {
			out = append(out, line...)
		}
	}
	return out
}
