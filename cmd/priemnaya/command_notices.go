package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"priemnaya/casework"
	"priemnaya/notifications"
)

// noticesCommand lists notices that need a person and gives them another round.
func noticesCommand() *cobra.Command {
	var medium string
	c := &cobra.Command{Use: "notices", Short: "Notices that could not be delivered"}
	c.PersistentFlags().StringVar(&medium, "medium", "", "only this medium: email, site, external, …")
	c.AddCommand(&cobra.Command{Use: "dead", Short: "List them with the reason", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				return a.everyDead(cmd.Context(), medium, func(d notifications.DeadNotice) error {
					_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s  %-28s %-9s %-12s %2d attempts  %s\n",
						d.Case, d.Key, d.Medium, d.Reason, d.Attempts, d.DiedAt.Format("2006-01-02 15:04"))
					return err
				})
			})
		}}, &cobra.Command{Use: "redrive [CASE KEY]", Short: "Try one of them, or all, once more", Args: cobra.MatchAll(cobra.MaximumNArgs(2), pairOrNone),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApp(cmd.Context(), func(a *App) error { return a.redrive(cmd, medium, args) })
		}})
	return c
}

func pairOrNone(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return errors.New("give both the case and the key of the notice, or neither for all")
	}
	return nil
}

// redrive gives one dead notice or all of a medium another round.
func (a *App) redrive(cmd *cobra.Command, medium string, args []string) error {
	box := a.outbox()
	if len(args) == 2 {
		return box.Redrive(cmd.Context(), args[0], args[1])
	}
	done := 0
	err := a.everyDead(cmd.Context(), medium, func(d notifications.DeadNotice) error {
		err := box.Redrive(cmd.Context(), d.Case, d.Key)
		if err == nil {
			done++
		}
		return err
	})
	fmt.Fprintf(cmd.OutOrStdout(), "%d notices wait for delivery again\n", done)
	return err
}

func (a *App) outbox() *notifications.Outbox {
	return &notifications.Outbox{Store: a.storage, Shelf: a.storage, Now: a.now, Log: a.log}
}

// everyDead calls do for each dead notice of a medium, "" for all.
func (a *App) everyDead(ctx context.Context, medium string, do func(notifications.DeadNotice) error) error {
	page := casework.Window{Limit: 200}
	for {
		dead, next, err := a.outbox().Dead(ctx, page)
		if err != nil {
			return err
		}
		for _, d := range dead {
			if medium != "" && string(d.Medium) != medium {
				continue
			}
			if err := do(d); err != nil {
				return err
			}
		}
		if page.After = next; next == "" {
			return nil
		}
	}
}
