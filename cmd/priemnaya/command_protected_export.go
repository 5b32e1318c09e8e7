package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// protectedExportCommand writes sealed reports for an offline machine.
func protectedExportCommand(f *protectedFlags) *cobra.Command {
	days := 30
	c := &cobra.Command{Use: "export FILE", Args: cobra.ExactArgs(1),
		Short: "Write the sealed reports of the last days into a bundle for officers' offline machines",
		Long: "The bundle is an age file to the carriers of the officers in the log of keys; the envelopes stay\n" +
			"sealed inside. Open it by `priemnaya protected unpack`; `age -d -i KEY | tar t` lists it.",
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := f.read()
			if err != nil {
				return err
			}
			s, err := f.open(cmd.Context(), a)
			if err != nil {
				return err
			}
			b, carriers, err := f.collect(cmd.Context(), s, a.Verifier, time.Now().AddDate(0, 0, -days))
			if err = errors.Join(err, s.Close()); err != nil {
				return err
			}
			out, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			err = errors.Join(seal.WriteBundle(out, b, carriers), out.Sync(), out.Close())
			if err != nil {
				return errors.Join(err, os.Remove(args[0]))
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d envelopes for %d officers\n", len(b.Items), len(carriers))
			return nil
		}}
	c.Flags().IntVar(&days, "days", days, "how many days back a report may have arrived")
	return c
}

// collect reads every envelope of the reports since a day, and to whom they go.
func (f *protectedFlags) collect(ctx context.Context, s *store.Store, verifier string, since time.Time) (seal.Bundle, []string, error) {
	var b seal.Bundle
	page, err := keylog.Read(f.folder() + "/" + keyLogFolder)
	if err != nil {
		return b, nil, fmt.Errorf("the log of keys: %w", err)
	}
	state, err := keylog.Check(page, verifier)
	if err != nil {
		return b, nil, err
	}
	var carriers []string
	for _, e := range state.Entries {
		if e.Carrier != "" {
			carriers = append(carriers, e.Carrier)
		}
	}
	if b.Log, err = json.Marshal(page); err != nil {
		return b, nil, err
	}
	reports, err := s.NewSince(ctx, store.DayOf(since))
	if err != nil {
		return b, nil, err
	}
	for _, r := range reports {
		if err := f.collectReport(ctx, s, r.ID, &b); err != nil {
			return b, nil, err
		}
	}
	return b, carriers, nil
}

func (f *protectedFlags) collectReport(ctx context.Context, s *store.Store, id store.ID, b *seal.Bundle) error {
	_, messages, err := s.Report(ctx, id)
	if err != nil {
		return err
	}
	for _, m := range messages {
		day := m.Day.Time().Format(time.DateOnly)
		add := func(kind seal.Kind, number uint32, envelope []byte) {
			b.Items = append(b.Items, seal.Item{Agency: f.agency, Report: id.String(), Kind: kind, Number: number, Day: day, Envelope: envelope})
		}
		add(m.Kind, m.Number, m.Sealed)
		for _, file := range m.Files {
			sealed, err := s.File(ctx, id, file.Number)
			if err != nil {
				return err
			}
			add(seal.KindFile, file.Number, sealed)
		}
	}
	return nil
}
