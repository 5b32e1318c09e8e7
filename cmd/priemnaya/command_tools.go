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
	"priemnaya/casework/registry"
	"priemnaya/casework/suggest"
)

func registryCommand() *cobra.Command {
	c := &cobra.Command{Use: "registry", Short: "The registry of bodies"}
	c.AddCommand(&cobra.Command{Use: "import FILE", Short: "Publish a registry from YAML or CSV", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			e, err := registry.Read(filepath.Base(args[0]), f)
			if err != nil {
				return explain(err)
			}
			return withApp(cmd.Context(), func(a *App) error {
				reg, err := registry.OpenBook(a.storage, a.now).Import(cmd.Context(), importer(), e, filepath.Base(args[0]))
				if err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "%d bodies, %d territories, edition %s\n", len(reg.Bodies()), len(reg.Territories()), reg.Revision())
				}
				return err
			})
		}})
	return c
}

func regulationCommand() *cobra.Command {
	c := &cobra.Command{Use: "regulation", Short: "Regulations and calendars"}
	c.AddCommand(&cobra.Command{Use: "check [FOLDER]", Short: "Report every mistake with file and line", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := ""
			if len(args) == 1 {
				folder = args[0]
			}
			laws, err := loadLaws(folder)
			if err != nil {
				return err
			}
			for _, r := range laws.Regulations {
				fmt.Fprintf(cmd.OutOrStdout(), "%-12s %s in force from %s: %d terms, %d acts\n", r.Regime, r.Version, r.InForceFrom, len(r.Terms), len(r.Acts))
			}
			for name, cal := range laws.Calendars {
				for _, y := range cal.Years() {
					note := ""
					if y.Provisional {
						note = " (provisional)"
					}
					fmt.Fprintf(cmd.OutOrStdout(), "calendar %s %d%s: %s\n", name, y.Year, note, y.Source)
				}
			}
			return nil
		}})
	c.AddCommand(proposeCommand("propose FILE.yaml", "Propose a regulation for a second administrator and print what it would change", "data/"))
	return c
}

func routeCommand() *cobra.Command {
	c := &cobra.Command{Use: "route", Short: "The learner that suggests topics and bodies"}
	c.AddCommand(&cobra.Command{Use: "train FILE.csv", Short: "Learn from past cases and take the model into use", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			examples, err := readExamples(args[0])
			if err != nil {
				return err
			}
			m, err := suggest.Train(examples, suggest.Options{Progress: progress(cmd.ErrOrStderr())})
			if err != nil {
				return err
			}
			return withApp(cmd.Context(), func(a *App) error { return a.saveModel(cmd.Context(), m) })
		}})
	folds := 5
	eval := &cobra.Command{Use: "eval FILE.csv", Short: "Print how well the learner does on texts it has not seen", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			examples, err := readExamples(args[0])
			if err != nil {
				return err
			}
			r, err := suggest.Evaluate(examples, folds, suggest.Options{Progress: progress(cmd.ErrOrStderr())})
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), r)
			}
			return err
		}}
	eval.Flags().IntVar(&folds, "folds", folds, "number of parts, each tested by a model of the others")
	c.AddCommand(eval)
	return c
}

func readExamples(path string) ([]suggest.Example, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return suggest.ReadCSV(f)
}

func progress(out io.Writer) func(done, total int) {
	return func(done, total int) {
		fmt.Fprintf(out, "\r%d/%d ", done, total)
		if done == total {
			fmt.Fprintln(out)
		}
	}
}

func journalCommand() *cobra.Command {
	c := &cobra.Command{Use: "journal", Short: "The journals of cases"}
	c.AddCommand(&cobra.Command{Use: "verify", Short: "Check every hash chain and name the first broken event of a case", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error { return a.verifyJournals(cmd.Context(), cmd.OutOrStdout()) })
		}})
	return c
}

// everyCase calls do with each case of the store.
func (a *App) everyCase(ctx context.Context, do func(*casework.Case) error) error {
	w := casework.Window{Limit: 500}
	for {
		rows, next, err := a.storage.ChangedSince(ctx, w)
		if err != nil {
			return err
		}
		for _, row := range rows {
			c, err := a.storage.Get(ctx, row.ID)
			if err != nil {
				return err
			}
			if err := do(&c); err != nil {
				return err
			}
		}
		if len(rows) == 0 || next == w.After {
			return nil
		}
		w.After = next
	}
}

func (a *App) verifyJournals(ctx context.Context, out io.Writer) error {
	cases, events := 0, 0
	var broken []error
	err := a.everyCase(ctx, func(c *casework.Case) error {
		cases, events = cases+1, events+len(c.Journal)
		if err := casework.VerifyJournal(c); err != nil {
			broken = append(broken, err)
		}
		return nil
	})
	fmt.Fprintf(out, "%d cases, %d events, %d broken\n", cases, events, len(broken))
	return errors.Join(append(broken, err)...)
}

func filesCommand() *cobra.Command {
	c := &cobra.Command{Use: "files", Short: "The attachments of cases"}
	c.AddCommand(&cobra.Command{Use: "verify", Short: "Compare every stored file with its hash in the journal", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				files := 0
				var broken []error
				err := a.everyCase(cmd.Context(), func(c *casework.Case) error {
					for _, f := range c.AllFiles() {
						files++
						if err := a.files.Verify(cmd.Context(), f); err != nil {
							broken = append(broken, fmt.Errorf("case %s, file %s: %w", c.ID, f.ID, err))
						}
					}
					return nil
				})
				fmt.Fprintf(cmd.OutOrStdout(), "%d files, %d broken\n", files, len(broken))
				return errors.Join(append(broken, err)...)
			})
		}})
	return c
}
