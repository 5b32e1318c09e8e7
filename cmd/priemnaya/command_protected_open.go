package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected/clean"
	"priemnaya/intake/protected/officer"
	"priemnaya/intake/protected/seal"
)

// protectedOpenCommand reads a bundle on a machine without a network, and seals
// an answer or a handover there.
func protectedOpenCommand() *cobra.Command {
	var key, reply, out, handover string
	var attach []string
	var trust logTrust
	c := &cobra.Command{Use: "open BUNDLE", Args: cobra.ExactArgs(1), Short: "Read a sealed bundle on a machine without a network, and seal an answer",
		Long: "Opens a bundle with the officer's key file (its passphrase comes from standard input), prints the\n" +
			"messages and, with --out, writes files there. With --reply TEXTFILE it seals an answer beside the bundle,\n" +
			"BUNDLE.reply, for the upload at the desk. The bundle's keys are checked by the log of keys in it first:\n" +
			"where they differ nothing is opened or sealed. --verifier and --seen tie the log to what is known already.",
		RunE: func(cmd *cobra.Command, args []string) error {
			me, err := unlockKey(cmd, key)
			if err != nil {
				return err
			}
			defer me.Wipe()
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			b, err := officer.ReadBundle(raw)
			if err != nil {
				return err
			}
			if err := trust.check(cmd.OutOrStdout(), &b); err != nil {
				return err
			}
			messages, author, err := b.Open(me)
			if err != nil {
				return err
			}
			if err := printMessages(cmd.OutOrStdout(), messages, out); err != nil {
				return err
			}
			if handover != "" {
				if err := resealBundle(b, me, handover, args[0]+".handover"); err != nil {
					return err
				}
			}
			if reply == "" {
				return nil
			}
			if author == nil {
				return errors.New("the report does not tell its author's key: nobody could read an answer")
			}
			return sealReply(answer{bundle: b, me: me, author: *author, text: reply, attach: attach}, args[0]+".reply")
		}}
	c.Flags().StringVar(&key, "key", "", "the officer's key file")
	c.Flags().StringVar(&reply, "reply", "", "file with the text of an answer")
	c.Flags().StringArrayVar(&attach, "attach", nil, "file to send with the answer; it is cleaned first")
	c.Flags().StringVar(&out, "out", "", "folder for the files of the report")
	c.Flags().StringVar(&handover, "handover", "", "file that describes the other agency as neighbours.json does: agency, names, verifier, log")
	trust.flags(c)
	return c
}

// logTrust is what an officer knows of the log of keys from elsewhere.
type logTrust struct {
	verifier, seen string
	without        bool
}

func (l *logTrust) flags(c *cobra.Command) {
	c.Flags().StringVar(&l.verifier, "verifier", "", "the key log's verifier key as known from elsewhere")
	c.Flags().StringVar(&l.seen, "seen", "", "file of a head kept from before; the log must continue it, and the new head replaces it")
	c.Flags().BoolVar(&l.without, "without-log", false, "the agency has no log of keys: trust the keys that the server names")
}

// check holds a bundle to the log of keys and says which one it was.
func (l *logTrust) check(out io.Writer, b *officer.Bundle) error {
	page, state, err := b.CheckLog(l.verifier)
	if errors.Is(err, officer.ErrNoLog) && l.without && l.verifier == "" && l.seen == "" {
		fmt.Fprintln(out, "no log of keys: the server alone says who the officers are")
		return nil
	}
	if err != nil {
		return err
	}
	if err := followSeen(page, l.seen); err != nil {
		return err
	}
	fmt.Fprintf(out, "log of keys: %s, %d entries, %s\n", state.Origin, state.Size, state.Fingerprint())
	return nil
}

// unlockKey opens a key file of either kind: the age file for offline machines,
// or the one for the browser.
func unlockKey(cmd *cobra.Command, path string) (*seal.Identity, error) {
	locked, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	pass, err := readPassphrase(cmd)
	if err != nil {
		return nil, err
	}
	defer seal.Wipe(pass)
	if bytes.HasPrefix(locked, []byte("{")) {
		return seal.UnlockFromBrowser(locked, pass)
	}
	k, err := seal.ReadKey(bytes.NewReader(locked), pass)
	if err != nil {
		return nil, err
	}
	return k.Identity, nil
}

func printMessages(w io.Writer, messages []officer.Read, out string) error {
	n := 0
	for _, m := range messages {
		mark := ""
		if !m.Genuine {
			mark = "  [THE SIGNATURE DOES NOT FIT]"
		}
		fmt.Fprintf(w, "--- %s %d, %s%s\n%s\n", m.Kind, m.Number, m.Day.Time().Format(time.DateOnly), mark, m.Text)
		for _, file := range m.Files {
			n++
			name := fmt.Sprintf("file-%d.%s", n, file.Kind)
			fmt.Fprintf(w, "    %s, %d bytes\n", name, len(file.Data))
			if out == "" {
				continue
			}
			if strings.ContainsAny(file.Kind, "/\\.") {
				return errors.New("a file has a kind that is no kind")
			}
			if err := os.WriteFile(filepath.Join(out, name), file.Data, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// answer is an officer's answer before it is sealed.
type answer struct {
	bundle officer.Bundle
	me     *seal.Identity
	author seal.Public
	text   string
	attach []string
}

func sealReply(a answer, path string) error {
	text, err := os.ReadFile(a.text)
	if err != nil {
		return err
	}
	defer seal.Wipe(text)
	var files []seal.File
	for _, name := range a.attach {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		made, err := clean.File(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, seal.File{Kind: made.Kind, Removed: made.Removed, Data: made.Data})
	}
	r, err := a.bundle.Reply(a.me, a.author, string(text), files)
	if err != nil {
		return err
	}
	return writeSealed(path, r)
}

func resealBundle(b officer.Bundle, me *seal.Identity, to, path string) error {
	raw, err := os.ReadFile(to)
	if err != nil {
		return err
	}
	var described neighbour
	if err := json.Unmarshal(raw, &described); err != nil {
		return err
	}
	other, err := described.check()
	if err != nil {
		return fmt.Errorf("--handover: %w", err)
	}
	messages, err := b.Reseal(me, other)
	if err != nil {
		return err
	}
	return writeSealed(path, map[string]any{"to": other.Agency, "messages": messages})
}

func writeSealed(path string, what any) error {
	raw, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o600)
}
