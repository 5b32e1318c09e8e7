package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/sqlitestore"
	"priemnaya/templates"
)

// doctorCommand prints what the page of health shows.
func doctorCommand() *cobra.Command {
	lang := templates.Languages[0]
	c := &cobra.Command{Use: "doctor", Short: "Print what is wrong and what to do about it; fails if anything is", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error { return a.tellDoctor(cmd.Context(), cmd.OutOrStdout(), lang) })
		}}
	c.Flags().StringVar(&lang, "lang", lang, "ru or en")
	return c
}

// tellDoctor writes the lines of health, what is wrong first.
func (a *App) tellDoctor(ctx context.Context, out io.Writer, lang string) error {
	if err := a.startTemplates(ctx); err != nil {
		return err
	}
	h, err := a.health(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	wrong := 0
	for _, state := range []string{"bad", "warn", "good"} {
		for _, l := range h.Lines {
			if l.State != state {
				continue
			}
			name, text, do := desk.HealthText(a.set, lang, l)
			fmt.Fprintf(table, "%s\t%s\t%s\n", a.set.T(lang, "desk.health.state."+state, nil), name, text)
			if do != "" {
				fmt.Fprintf(table, "\t\t→ %s\n", do)
			}
			if state == "bad" {
				wrong++
			}
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%d things do not work", wrong)
	}
	return nil
}

// backupCommand writes a copy of the embedded store while work goes on.
func backupCommand() *cobra.Command {
	return &cobra.Command{Use: "backup", Short: "Write a copy of the embedded case store into the folder of backups (PRIEMNAYA_BACKUPS)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error { return a.backUp(cmd.Context(), cmd.OutOrStdout()) })
		}}
}

func (a *App) backUp(ctx context.Context, out io.Writer) error {
	s, ok := a.storage.(*sqlitestore.Store)
	if !ok {
		return errors.New("this store is backed up with its own tools, such as mongodump")
	}
	if err := os.MkdirAll(a.cfg.backups(), 0o700); err != nil {
		return err
	}
	path := filepath.Join(a.cfg.backups(), "cases-"+a.now().Format("20060102-150405")+".db")
	if err := s.Backup(ctx, path); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, path)
	return err
}

// importer is who publishes a registry by the command.
func importer() casework.Actor { return casework.Actor{ID: "command"} }
