package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/casework"
	"priemnaya/casework/registry"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/identity/staff"
)

// demoCases is how many appeals the demonstration begins with.
const demoCases = 200

func runCommand() *cobra.Command {
	var empty bool
	var at string
	c := &cobra.Command{Use: "run", Short: "Serve the portal, the desk and the jobs until interrupted",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				if err := a.travel(at); err != nil {
					return err
				}
				return a.run(cmd.Context(), cmd.OutOrStdout(), !empty)
			})
		}}
	c.Flags().StringVar(&at, "now", "", "in development: begin at this instant, such as 2026-12-31T23:59:59 (Moscow time)")
	c.Flags().BoolVar(&empty, "empty", false, "in development: no demonstration bodies, staff and appeals")
	return c
}

func (a *App) run(ctx context.Context, out io.Writer, withDemo bool) error {
	if a.cfg.Mode == development && withDemo {
		if err := a.installDemo(ctx, demoCases); err != nil {
			return fmt.Errorf("demonstration: %w", err)
		}
	}
	officers := ""
	if a.cfg.Mode == development && withDemo {
		// The rest works without it, so its failure is told and no more.
		var err error
		if officers, err = a.startProtected(ctx); err != nil {
			a.log.Error("the protected channel does not run", "err", err)
		}
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	a.tellAddresses(out, withDemo)
	if a.cfg.Mode == development && withDemo {
		a.tellOfficers(out, officers)
		if err := a.tellDepartment(ctx, out); err != nil {
			return err
		}
		if err := a.tellSite(ctx, out); err != nil {
			return err
		}
	}
	return a.Wait(ctx)
}

// travel moves the whole program to an instant; "" leaves it in the present.
func (a *App) travel(at string) error {
	if at == "" {
		return nil
	}
	if a.cfg.Mode != development {
		return errors.New("--now works in development only")
	}
	t, err := parseInstant(at)
	if err != nil {
		return fmt.Errorf("--now: %w", err)
	}
	a.clock.Set(t)
	return nil
}

// tellAddresses prints where everything is.
func (a *App) tellAddresses(out io.Writer, withDemo bool) {
	fmt.Fprintf(out, "\nПриёмная %s\n\n", version)
	line := func(what, where string) { fmt.Fprintf(out, "  %-22s %s\n", what, where) }
	line("Portal", a.cfg.BaseURL+"/")
	line("Desk", a.cfg.BaseURL+"/desk")
	if a.cfg.Mode != development {
		return
	}
	line("ESIA emulator", "http://"+a.SimAddr+"/  (invented persons; press «Войти через Госуслуги»)")
	if a.ProtectedURL != "" {
		line("Protected channel", a.ProtectedURL+"  (a process of its own)")
	}
	line("Letters", a.cfg.BaseURL+"/dev/letters")
	line("Clock", a.cfg.BaseURL+clockPath+"  (now "+a.now().Format("2006-01-02 15:04 -07:00")+")")
	line("Data", a.cfg.Data)
	if !withDemo {
		return
	}
	fmt.Fprintf(out, "\n  Staff, password %s:\n", demo.Password)
	for _, p := range demo.Staff() {
		fmt.Fprintf(out, "    %-14s %s\n", p.Login, p.Position)
	}
	fmt.Fprintln(out)
}

// installDemo makes the demonstration's registry, staff and appeals where they
// are not there yet.
func (a *App) installDemo(ctx context.Context, cases int) error {
	if _, err := registry.Current(ctx, a.storage); casework.CodeOf(err) == casework.NotFound {
		e, err := demo.Registry()
		if err != nil {
			return err
		}
		reg, err := registry.Publish(ctx, a.storage, e)
		if err != nil {
			return err
		}
		a.office.SetRegistry(reg)
	} else if err != nil {
		return err
	}
	signIn := demo.Staff()
	for i, p := range append(signIn, demo.Colleagues()...) {
		_, err := a.staff.Get(ctx, p.Login)
		if err == nil {
			continue
		}
		if casework.CodeOf(err) != casework.NotFound {
			return err
		}
		_, err = a.staff.Save(ctx, staff.Staff{Login: p.Login, Name: p.Name, Position: p.Position,
			Email: p.Login + "@staff.example", Grants: p.Grants})
		if err == nil && i < len(signIn) {
			err = a.staff.SetPassword(ctx, p.Login, demo.Password, false)
		}
		if err != nil {
			return fmt.Errorf("staff %s: %w", p.Login, err)
		}
	}
	if err := a.installDemoSite(ctx); err != nil {
		return err
	}
	if err := a.installDemoReceptions(ctx); err != nil {
		return err
	}
	if err := a.installDemoTemplates(ctx); err != nil {
		return err
	}
	return a.seedDemo(ctx, cases)
}

// seedDemo files the demonstration's appeals once.
func (a *App) seedDemo(ctx context.Context, cases int) error {
	const kind, id = "demo", "seeded"
	if _, err := a.storage.Fetch(ctx, kind, id); casework.CodeOf(err) != casework.NotFound {
		return err
	}
	err := demo.Seed(ctx, cases, a.now(), func(at time.Time) (*casework.Office, error) {
		return a.officeAt(func() time.Time { return at }, a.office.Laws(), a.office.Registry())
	})
	if err != nil {
		return err
	}
	if err := a.teachDemo(ctx); err != nil {
		return err
	}
	_, err = a.storage.Put(ctx, casework.Record{Kind: kind, ID: id, Data: []byte("{}")})
	return err
}

func demoCommand() *cobra.Command {
	var file string
	c := &cobra.Command{Use: "demo", Short: "Install the demonstration; with a CSV file, file every row of it through the real intake",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				if a.cfg.Mode != development {
					return errors.New("the demonstration runs in development only")
				}
				if err := a.installDemo(cmd.Context(), demoCases); err != nil || file == "" {
					return err
				}
				f, err := os.Open(file)
				if err != nil {
					return err
				}
				defer f.Close()
				return a.fileCSV(cmd.Context(), f, cmd.OutOrStdout())
			})
		}}
	c.Flags().StringVar(&file, "data-file", "", "CSV with the columns text and, if known, place")
	return c
}
