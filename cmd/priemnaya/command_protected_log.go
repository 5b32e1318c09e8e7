package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
)

func logNewCommand() *cobra.Command {
	var agency, signer string
	c := &cobra.Command{Use: "new FOLDER", Args: cobra.ExactArgs(1), Short: "Begin the log of an agency; its signing key goes to a file of its own",
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Stat(signer); err == nil {
				return fmt.Errorf("%s is there already", signer)
			}
			secret, err := keylog.Create(args[0], agency)
			if err != nil {
				return err
			}
			if err := writeOnce(signer, []byte(secret+"\n")); err != nil {
				return err
			}
			p, err := keylog.Read(args[0])
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), p.Verifier)
			}
			return err
		}}
	c.Flags().StringVar(&agency, "agency", "", "identifier of the agency")
	c.Flags().StringVar(&signer, "signer", "", "file to write the signing key to; keep it away from the server")
	_ = c.MarkFlagRequired("agency")
	_ = c.MarkFlagRequired("signer")
	return c
}

// logChangeCommand adds or removes the key of a .pub file.
func logChangeCommand(use string, action keylog.Action) *cobra.Command {
	var signer string
	c := &cobra.Command{Use: use + " FOLDER FILE.pub", Args: cobra.ExactArgs(2), Short: "Append to the log: " + use + " a key",
		RunE: func(cmd *cobra.Command, args []string) error {
			secret, err := os.ReadFile(signer)
			if err != nil {
				return err
			}
			e, err := readPublicKey(args[1])
			if err != nil {
				return err
			}
			e.Action = action
			if err := keylog.Append(args[0], e, string(secret), time.Now()); err != nil {
				return err
			}
			return printLog(cmd, args[0], "", "")
		}}
	c.Flags().StringVar(&signer, "signer", "", "file of the log's signing key")
	return c
}

// logFormerCommand enters a key that signs but is never sealed to: that of the
// officer of another agency who handed a report over.
func logFormerCommand() *cobra.Command {
	var signer string
	c := &cobra.Command{Use: "former FOLDER FILE.pub", Args: cobra.ExactArgs(2),
		Short: "Append to the log: a key that has signed letters and is sealed to no more",
		Long: "Adds the key and removes it in the next entry. It is for the officer of another agency who handed a\n" +
			"report over: check his key by that agency's log first. Copy the folder to the server afterwards only.",
		RunE: func(cmd *cobra.Command, args []string) error {
			secret, err := os.ReadFile(signer)
			if err != nil {
				return err
			}
			e, err := readPublicKey(args[1])
			if err != nil {
				return err
			}
			e.Role, e.Carrier = seal.RoleOfficer, ""
			for _, e.Action = range []keylog.Action{keylog.ActionAdd, keylog.ActionRemove} {
				if err := keylog.Append(args[0], e, string(secret), time.Now()); err != nil {
					return err
				}
			}
			return printLog(cmd, args[0], "", "")
		}}
	c.Flags().StringVar(&signer, "signer", "", "file of the log's signing key")
	return c
}

// readPublicKey reads a .pub file as an entry without an action.
func readPublicKey(path string) (keylog.Entry, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return keylog.Entry{}, err
	}
	var pub publicKey
	if err := json.Unmarshal(raw, &pub); err != nil {
		return keylog.Entry{}, fmt.Errorf("%s: %w", path, err)
	}
	return keylog.Entry{Agency: pub.Agency, Role: pub.Role, Key: pub.Key, Carrier: pub.Carrier}, nil
}

func logCheckCommand() *cobra.Command {
	var seen, verifier string
	c := &cobra.Command{Use: "check FOLDER", Args: cobra.ExactArgs(1), Short: "Check the log, and that it continues a head seen before",
		RunE: func(cmd *cobra.Command, args []string) error { return printLog(cmd, args[0], seen, verifier) }}
	c.Flags().StringVar(&seen, "seen", "", "file of a head kept from before; it is replaced by the new one when all is well")
	c.Flags().StringVar(&verifier, "verifier", "", "the log's verifier key as known from elsewhere")
	return c
}

func printLog(cmd *cobra.Command, folder, seen, verifier string) error {
	p, err := keylog.Read(folder)
	if err != nil {
		return err
	}
	s, err := keylog.Check(p, verifier)
	if err != nil {
		return err
	}
	if err := followSeen(p, seen); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s, %d entries\n%s\n", s.Origin, s.Size, s.Fingerprint())
	for _, e := range s.Entries {
		fmt.Fprintf(out, "%-8s since %s  %s\n", e.Role, e.Day, e.Key.Fingerprint())
	}
	return nil
}

// followSeen checks the log against a head kept in a file and keeps the new one.
func followSeen(p keylog.Page, path string) error {
	if path == "" {
		return nil
	}
	old, err := os.ReadFile(path)
	if err == nil {
		if err := keylog.Continues(string(old), p); err != nil {
			return err
		}
	} else if !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(path, []byte(p.Head), 0o600)
}
