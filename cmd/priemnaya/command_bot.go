package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strconv"

	"github.com/spf13/cobra"

	"priemnaya/bots"
	"priemnaya/bots/console"
)

// botCommand holds the commands of the bots.
func botCommand() *cobra.Command {
	c := &cobra.Command{Use: "bot", Short: "Talk to the bot"}
	talk := &cobra.Command{Use: "console", Short: "Serve everything as run does and talk to the bot in this terminal",
		Long: "Serve everything as run does and talk to the bot in this terminal. A line is a message, a number\n" +
			"presses a button; !photo, !file, !voice PATH, !place LAT LON, !edit TEXT do what else a messenger can.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				return a.talk(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout())
			})
		}}
	c.AddCommand(talk)
	return c
}

// talk starts the program with a terminal among its messengers.
func (a *App) talk(ctx context.Context, in io.Reader, out io.Writer) error {
	if a.cfg.Mode != development {
		return errors.New("the console bot works in development only")
	}
	if err := a.installDemo(ctx, demoCases); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	// The log would stand between question and answer.
	a.log = slog.New(slog.DiscardHandler)
	a.botFront.adapters = append(a.botFront.adapters, console.New(console.Config{In: in, Out: out, Now: a.now,
		Run: strconv.FormatInt(a.now().UnixNano(), 36), User: bots.User{ID: "1", Name: userName()}, Ended: end}))
	if err := a.Start(ctx); err != nil {
		return err
	}
	a.tellAddresses(out, true)
	io.WriteString(out, "\n  /start begins, Ctrl+D ends.\n")
	<-ctx.Done()
	return nil
}
