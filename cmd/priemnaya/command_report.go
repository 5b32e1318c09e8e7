package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"priemnaya/casework"
	"priemnaya/casework/report"
	"priemnaya/casework/report/order"
)

// reportCommand makes reports for an administrator's cron and rebuilds figures.
func reportCommand() *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "Make reports and keep the figures"}
	var from, to, format, out string
	var bodies []string
	make := &cobra.Command{Use: "make {sstu|form|services|monthly}", Short: "Write a report to a file; without days, of the last whole month",
		Args: cobra.ExactArgs(1), ValidArgs: order.Kinds(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				ask, err := a.askedDays(from, to)
				if err != nil {
					return err
				}
				if ask.Bodies = bodies; len(bodies) == 0 {
					ask.Bodies = nil
				}
				return a.writeReport(cmd, args[0], format, out, ask)
			})
		}}
	make.Flags().StringVar(&from, "from", "", "first day, 2026-11-01")
	make.Flags().StringVar(&to, "to", "", "last day")
	make.Flags().StringSliceVar(&bodies, "body", nil, "only this body; may be repeated")
	make.Flags().StringVar(&format, "format", "", "xlsx, csv or json (sstu: zip)")
	make.Flags().StringVarP(&out, "out", "o", "", "file to write; it appears once it is whole")
	_ = make.MarkFlagRequired("out")
	c.AddCommand(make, &cobra.Command{Use: "rebuild", Short: "Count all figures of supervisors and open data anew", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				book, err := a.openBook()
				if err != nil {
					return err
				}
				return book.Rebuild(cmd.Context(), func(read int) { fmt.Fprintf(cmd.OutOrStdout(), "%d saves read\n", read) })
			})
		}})
	return c
}

// askedDays reads the days of a report; none is the last whole month.
func (a *App) askedDays(from, to string) (report.Asking, error) {
	today := casework.DateOf(a.now(), casework.Settings{}.Location())
	last := casework.NewDate(today.Year, today.Month, 1).AddDays(-1)
	ask := report.Asking{From: casework.NewDate(last.Year, last.Month, 1), To: last}
	for _, x := range []struct {
		text string
		into *casework.Date
	}{{from, &ask.From}, {to, &ask.To}} {
		if x.text == "" {
			continue
		}
		d, err := casework.ParseDate(x.text)
		if err != nil {
			return ask, fmt.Errorf("%q is no day; write 2026-11-01", x.text)
		}
		*x.into = d
	}
	if ask.To.Before(ask.From) {
		return ask, fmt.Errorf("the last day %s is before the first, %s", ask.To, ask.From)
	}
	return ask, nil
}

// writeReport makes a report into a file beside the wanted one and renames it.
func (a *App) writeReport(cmd *cobra.Command, kind, format, out string, ask report.Asking) error {
	orders, err := a.openOrders()
	if err != nil {
		return err
	}
	if format == "" {
		format = order.Formats(kind)[0]
	}
	file, err := os.OpenFile(out+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(out + ".part")
	err = a.fillReport(cmd, orders, kind, format, ask, file)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(out+".part", out)
}

func (a *App) fillReport(cmd *cobra.Command, orders *order.Desk, kind, format string, ask report.Asking, w io.Writer) error {
	if kind != "sstu" {
		table, err := orders.Table(cmd.Context(), kind, ask)
		if err != nil {
			return err
		}
		return order.WriteTable(w, table, format, a.reportWords("ru"))
	}
	x, err := a.sstu(cmd.Context())
	if err != nil {
		return err
	}
	done, err := x.Export(cmd.Context(), a.storage, ask, w)
	for _, m := range done.Missing {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s  %-20s %-16s %s: %s\n", m.Case, m.Number, m.Body, m.What, a.reportWords("ru")(m.Key))
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d appeals, %d remarks\n", done.Appeals, len(done.Missing))
	return err
}
