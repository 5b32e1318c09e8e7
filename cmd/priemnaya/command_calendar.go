package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/regulation"
)

func calendarCommand() *cobra.Command {
	c := &cobra.Command{Use: "calendar", Short: "Production calendars"}
	c.AddCommand(&cobra.Command{Use: "check FILE.csv", Short: "Report mistakes of a year file NAME-YEAR.csv with their lines", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return checkCalendar(args[0], cmd.OutOrStdout()) }},
		proposeCommand("import FILE.csv", "Propose a year file NAME-YEAR.csv for a second administrator and print what it would change", "calendar/"))
	return c
}

// checkCalendar reads a year file and says what it holds.
func checkCalendar(file string, out io.Writer) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	year, err := regulation.ReadCalendarYear(raw, filepath.Base(file))
	if err != nil {
		return err
	}
	name, named := calendarName(file)
	if named != year.Year {
		return fmt.Errorf("%s: the name says %d, the lines are of %d", filepath.Base(file), named, year.Year)
	}
	if _, err := casework.NewCalendar(name, "", year); err != nil {
		return err
	}
	working := 0
	for _, kind := range year.Days {
		if kind.Working() {
			working++
		}
	}
	_, err = fmt.Fprintf(out, "calendar %s %d: %d days, %d working; %s\n", name, year.Year, len(year.Days), working, year.Source)
	return err
}

// proposeCommand makes the command that proposes a file of the law.
func proposeCommand(use, short, folder string) *cobra.Command {
	var login, why string
	c := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			if why == "" {
				return errors.New("--why is needed: the act on which the change rests")
			}
			return withApp(cmd.Context(), func(a *App) error {
				by, err := a.administrator(cmd.Context(), login)
				if err != nil {
					return err
				}
				change, err := lawDesk{a}.Propose(cmd.Context(), by, desk.LawEdit{File: folder + filepath.Base(args[0]), Content: string(raw), Why: why})
				var mistakes *desk.LawMistakes
				if errors.As(err, &mistakes) {
					for _, line := range mistakes.Lines {
						fmt.Fprintln(cmd.ErrOrStderr(), line)
					}
				}
				if err == nil {
					tellChange(cmd.OutOrStdout(), change)
				}
				return err
			})
		}}
	c.Flags().StringVar(&login, "by", "", "login of the administrator who proposes")
	c.Flags().StringVar(&why, "why", "", "number and date of the act, what changes")
	return c
}

// administrator finds the account in whose name a command changes the law.
func (a *App) administrator(ctx context.Context, login string) (casework.Actor, error) {
	if login == "" {
		return casework.Actor{}, errors.New("--by LOGIN is needed: the account of an administrator")
	}
	s, err := a.staff.Get(ctx, login)
	if err != nil {
		return casework.Actor{}, fmt.Errorf("account %s: %w", login, err)
	}
	by := s.Actor()
	if s.Disabled || !by.Is(casework.RoleAdministrator) {
		return casework.Actor{}, fmt.Errorf("%s is no administrator", login)
	}
	return a.absences.Stand(ctx, by)
}

// tellChange prints a change with its impact.
func tellChange(out io.Writer, c desk.LawChange) {
	i := c.Impact
	fmt.Fprintf(out, "%s  %-9s %s, proposed by %s: %s\n", c.ID, c.State, c.File, c.By, c.Why)
	fmt.Fprintf(out, "  open cases %d, moved %d, overdue at once %d, overdue no longer %d, blocked %d\n", i.Open, i.Moved, i.Overdue, i.Relieved, i.Blocked)
	if c.State == string(regulation.Approved) {
		fmt.Fprintf(out, "  approved by %s; recomputed %d, moved %d, finished %v\n", c.DecidedBy, c.Done, c.Moved, c.Finished)
	}
}

func lawCommand() *cobra.Command {
	c := &cobra.Command{Use: "law", Short: "Changes of regulations and calendars"}
	c.AddCommand(&cobra.Command{Use: "list", Short: "List the changes", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				changes, err := lawDesk{a}.Changes(cmd.Context())
				for _, change := range changes {
					tellChange(cmd.OutOrStdout(), change)
				}
				return err
			})
		}})
	var login string
	approve := &cobra.Command{Use: "approve ID", Short: "Put a change in force as its second administrator and recompute the open cases", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApp(cmd.Context(), func(a *App) error { return a.approveLaw(cmd.Context(), login, args[0], cmd.OutOrStdout()) })
		}}
	approve.Flags().StringVar(&login, "by", "", "login of the second administrator")
	c.AddCommand(approve)
	return c
}

// approveLaw approves a change and recomputes here; a server that runs beside
// takes the law over by itself.
func (a *App) approveLaw(ctx context.Context, login, id string, out io.Writer) error {
	by, err := a.administrator(ctx, login)
	if err != nil {
		return err
	}
	if _, err := (lawDesk{a}).Decide(ctx, by, id, true); err != nil {
		return err
	}
	change, err := a.book.Get(ctx, id)
	if err != nil {
		return err
	}
	a.recomputeFor(ctx, change)
	if change, err = a.book.Get(ctx, id); err == nil {
		tellChange(out, lawChange(change))
	}
	return err
}
