package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
)

// protectedUnpackCommand opens a bundle on a machine without a network.
func protectedUnpackCommand() *cobra.Command {
	var key, out, verifier string
	c := &cobra.Command{Use: "unpack BUNDLE --key FILE --out FOLDER", Args: cobra.ExactArgs(1),
		Short: "Open an exported bundle of reports; meant for a machine without a network",
		Long: "Decrypts a bundle made by `priemnaya protected export`, checks signatures and the log of keys, and writes\n" +
			"texts and files into a new folder. The passphrase is the first line of standard input. It uses no\n" +
			"network and no temporary files; on an error nothing is left.",
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := openKey(cmd, key)
			if err != nil {
				return err
			}
			defer k.Identity.Wipe()
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			b, err := seal.ReadBundle(f, k)
			if err != nil {
				return err
			}
			o := &bundleOpener{key: k, folder: out}
			if err := o.readLog(b.Log, verifier); err != nil {
				return err
			}
			// Mkdir and not MkdirAll: the folder is ours alone, so that it can be taken
			// away whole.
			if err := os.Mkdir(out, 0o700); err != nil {
				return err
			}
			if err := o.open(b.Items); err != nil {
				return errors.Join(err, os.RemoveAll(out))
			}
			for _, line := range o.lines {
				fmt.Fprintln(cmd.OutOrStdout(), line)
			}
			return nil
		}}
	c.Flags().StringVar(&key, "key", "", "the officer's key file")
	c.Flags().StringVar(&out, "out", "", "folder to make")
	c.Flags().StringVar(&verifier, "verifier", "", "the key log's verifier key as known from elsewhere")
	_ = c.MarkFlagRequired("key")
	_ = c.MarkFlagRequired("out")
	return c
}

// bundleOpener opens the items of one bundle.
type bundleOpener struct {
	key      *seal.KeyFile
	folder   string
	officers []seal.Public
	lines    []string
}

// readLog takes the officers' keys, former ones included, from the log.
func (o *bundleOpener) readLog(raw json.RawMessage, verifier string) error {
	if len(raw) == 0 {
		if verifier != "" {
			return errors.New("the bundle carries no log of keys")
		}
		o.lines = append(o.lines, "no log of keys: signatures of officers cannot be told from others")
		return nil
	}
	var p keylog.Page
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	s, err := keylog.Check(p, verifier)
	if err != nil {
		return err
	}
	o.officers = officersEver(p)
	o.lines = append(o.lines, fmt.Sprintf("log of keys: %s, %d entries, %s", s.Origin, s.Size, s.Fingerprint()))
	return nil
}

// open opens every item; the reports first, for the keys of their authors.
func (o *bundleOpener) open(items []seal.Item) error {
	authors := map[string]*seal.Public{}
	for _, reports := range []bool{true, false} {
		for _, item := range items {
			if (item.Kind == seal.KindReport) != reports {
				continue
			}
			if err := o.openItem(item, authors); err != nil {
				return fmt.Errorf("%s %s %d: %w", item.Report, item.Kind, item.Number, err)
			}
		}
	}
	return nil
}

func (o *bundleOpener) openItem(item seal.Item, authors map[string]*seal.Public) error {
	place, err := item.Place()
	if err != nil {
		return err
	}
	got, err := seal.Open(place, item.Envelope, o.key.Identity)
	if errors.Is(err, seal.ErrNotForYou) {
		o.lines = append(o.lines, fmt.Sprintf("%s %s %d: not for this key", item.Report, item.Kind, item.Number))
		return nil
	}
	if err != nil {
		return err
	}
	defer seal.Wipe(got.Body)
	ending, data := "txt", []byte(nil)
	if item.Kind == seal.KindFile {
		f, err := seal.DecodeFile(got.Body)
		if err != nil {
			return err
		}
		ending, data = safeEnding(f.Kind), f.Data
	} else {
		l, err := seal.DecodeLetter(got.Body)
		if err != nil {
			return err
		}
		if item.Kind == seal.KindReport {
			authors[item.Report] = l.Reply
		}
		data = []byte(l.Text)
	}
	o.lines = append(o.lines, fmt.Sprintf("%s %s %d %s: %s", item.Report, item.Kind, item.Number, item.Day, o.signed(got, item, authors[item.Report])))
	dir := filepath.Join(o.folder, place.Report.String())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return writeOnce(filepath.Join(dir, fmt.Sprintf("%s-%d.%s", item.Kind, item.Number, ending)), data)
}

// signed says in words whose signature an item carries.
func (o *bundleOpener) signed(got seal.Opened, item seal.Item, author *seal.Public) string {
	switch {
	case !got.Signed:
		return "NOT SIGNED"
	case author != nil && got.By(*author) && item.Kind != seal.KindOfficer && item.Kind != seal.KindNote:
		return "signed by the author"
	case item.Kind == seal.KindReport || item.Kind == seal.KindAuthor:
		return "NOT SIGNED BY THE AUTHOR"
	}
	for _, p := range o.officers {
		if got.By(p) {
			return "signed by an officer"
		}
	}
	return "SIGNED BY AN UNKNOWN KEY"
}

var ending = regexp.MustCompile(`^[a-z0-9]{1,8}$`)

// safeEnding keeps the sender of a file from choosing a path.
func safeEnding(kind string) string {
	if ending.MatchString(kind) {
		return kind
	}
	return "bin"
}
