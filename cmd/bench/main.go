// Command bench measures the running program as its users meet it: filings,
// queue, case and search pages over HTTP on loopback, with 10,000 and 100,000
// cases in the embedded store, and the memory and disk it takes. It builds the
// program, runs it as a process of its own on a folder of its own, and prints a
// table and one line for machines.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

// options are the flags.
type options struct {
	sizes []int
	// filings is how many appeals each degree of concurrency files.
	filings int
	// pages is how often each page is opened.
	pages  int
	json   bool
	binary string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	opt, err := readFlags(os.Args[1:])
	if err == nil {
		err = run(ctx, opt)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func readFlags(args []string) (options, error) {
	var opt options
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := fs.String("cases", "10000,100000", "numbers of stored cases to measure at, growing")
	fs.IntVar(&opt.filings, "filings", 600, "appeals to file at each concurrency (a third of it alone)")
	fs.IntVar(&opt.pages, "pages", 300, "times to open each kind of page")
	fs.BoolVar(&opt.json, "json", false, "print the line for machines only")
	fs.StringVar(&opt.binary, "binary", "", "a built program to measure; by default it is built")
	quick := fs.Bool("quick", false, "small figures in well under a minute, to see that the bench works")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	if *quick {
		*sizes, opt.filings, opt.pages = "500,2000", 64, 40
	}
	for _, text := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || len(opt.sizes) > 0 && n <= opt.sizes[len(opt.sizes)-1] {
			return opt, fmt.Errorf("-cases %q: want growing numbers", *sizes)
		}
		opt.sizes = append(opt.sizes, n)
	}
	if opt.filings < 3 || opt.pages < 1 {
		return opt, errors.New("-filings must be at least 3 and -pages at least 1")
	}
	return opt, nil
}

// run measures at each size, on one store that grows.
func run(ctx context.Context, opt options) error {
	dir, err := os.MkdirTemp("", "priemnaya-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := prepare(ctx, dir, opt)
	if err != nil {
		return err
	}
	r := Report{Machine: machine()}
	for _, size := range opt.sizes {
		m, err := b.measure(ctx, size)
		if err != nil {
			return fmt.Errorf("at %d cases: %w", size, err)
		}
		r.Runs = append(r.Runs, m)
	}
	r.compare()
	if !opt.json {
		r.writeTable(os.Stdout)
	}
	line, err := json.Marshal(r)
	if err == nil {
		fmt.Printf("%s\n", line)
	}
	return err
}
