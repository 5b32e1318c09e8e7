package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/casework"
)

func migrateCommand() *cobra.Command {
	c := &cobra.Command{Use: "migrate", Short: "Move an installation to another store"}
	var from, to string
	cp := &cobra.Command{Use: "copy", Args: cobra.NoArgs,
		Short: "Copy every case, record and number series from one store to another",
		Long: "Copies everything from one store to the other, checks every journal on the way and compares\n" +
			"the counts at the end. Stop the server first. Running it again continues where it ended.\n\n" +
			"A store is the path of a file (sqlite) or an address mongodb://…",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == "" || to == "" || from == to {
				return errors.New("--from and --to must name two stores")
			}
			return copyStores(cmd.Context(), from, to, func(kind string, done int) {
				fmt.Fprintf(cmd.ErrOrStderr(), "\r%s %d ", kind, done)
			}, func(format string, args ...any) { fmt.Fprintf(cmd.OutOrStdout(), format, args...) })
		}}
	cp.Flags().StringVar(&from, "from", "", "the store to read")
	cp.Flags().StringVar(&to, "to", "", "the store to fill")
	c.AddCommand(cp)
	return c
}

// openNamed opens a store by a path or a mongodb address.
func openNamed(ctx context.Context, name string) (storage, error) {
	cfg := Config{MongoURI: name}
	if !isMongo(name) {
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
			newLogger().Info("a new store is made", "path", name)
		}
		return openFile(ctx, name)
	}
	return openStorage(ctx, cfg, time.Now, newLogger())
}

func copyStores(ctx context.Context, from, to string, progress func(string, int), say func(string, ...any)) error {
	source, err := openNamed(ctx, from)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	defer source.Close()
	target, err := openNamed(ctx, to)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	report, err := casework.Copy(ctx, source, target, progress)
	say("\n%+v\n", report)
	return errors.Join(err, target.Close())
}
