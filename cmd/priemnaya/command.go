package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"priemnaya/casework"
)

// version is set by the build.
var version = "dev"

// rootCommand is the tree of all commands.
func rootCommand() *cobra.Command {
	root := &cobra.Command{Use: "priemnaya", Version: version, SilenceUsage: true, SilenceErrors: true,
		Short: "Приёмная: appeals of citizens, from filing to the answer",
		Long: "Приёмная receives citizens' appeals, keeps each as a case, routes it to the body that\n" +
			"must answer, watches the terms of law and tells the applicant at every stage.\n\n" +
			"Settings are environment variables PRIEMNAYA_…, listed in the README."}
	root.AddCommand(runCommand(), demoCommand(), migrateCommand(), registryCommand(), routeCommand(),
		regulationCommand(), journalCommand(), filesCommand(), staffCommand(),
		calendarCommand(), lawCommand(), protectedCommand(), sitesCommand(), botCommand(), reportCommand(), noticesCommand(), doctorCommand(), backupCommand())
	return root
}

// loggerTo is the log of the program: text for a person, never data of
// citizens.
func newLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// withApp opens the program's stores for one command and closes them after it.
func withApp(ctx context.Context, do func(*App) error) error {
	cfg, err := readConfig(os.Getenv)
	if err != nil {
		return err
	}
	k, err := readKeys(os.Getenv, cfg.Data)
	if err != nil {
		return err
	}
	c := &clock{}
	a, err := newApp(ctx, cfg, k, newLogger(), c.Now)
	if err != nil {
		return explain(err)
	}
	a.clock = c
	return errors.Join(explain(do(a)), a.Close(context.WithoutCancel(ctx)))
}

// explain turns the field errors of the domain into lines an administrator
// can read.
func explain(err error) error {
	var e *casework.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	for _, f := range e.Fields {
		err = fmt.Errorf("%w\n  %s: %s", err, f.Field, f.Key)
	}
	return err
}
