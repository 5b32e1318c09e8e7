// Command bench measures the running program as its users meet it: queues,
// case, search and board over HTTP on loopback, filings, a dry run of routing
// rules and the walks of the background jobs, with 10,000 and with 1,000,000
// cases in the embedded store. It builds the program and runs it once for each
// size, both at the same time, and visits them by turns: whatever else the
// machine does meets both alike, so that the ratio of the two is honest. It
// prints a table and one line for machines. Its exit status says whether it
// could measure, never how quick anything was.
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
	pages int
	// only picks kinds of pages by a piece of their names.
	only string
	// replay leaves the dry run out if it is false.
	replay bool
	json   bool
	binary string
	// dir keeps the filled stores for the next run; empty is a folder that is
	// removed at the end.
	dir string
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
	sizes := fs.String("cases", "10000,1000000", "numbers of stored cases to measure at, growing; the last is compared with the first")
	fs.IntVar(&opt.filings, "filings", 300, "appeals to file at each concurrency and size (a third of it alone)")
	fs.IntVar(&opt.pages, "pages", 100, "times to open each kind of page at each size")
	fs.StringVar(&opt.only, "only", "", "open only pages with this in their names, such as \"queue\" or \"search\"")
	fs.BoolVar(&opt.replay, "replay", true, "try a change of routing rules on the last 50,000 cases")
	fs.BoolVar(&opt.json, "json", false, "print the line for machines only")
	fs.StringVar(&opt.binary, "binary", "", "a built program to measure; by default it is built")
	fs.StringVar(&opt.dir, "dir", "", "a folder in which the filled stores are kept and found again; 1,000,000 cases take 14 GB")
	quick := fs.Bool("quick", false, "small figures in about a minute, to see that the bench works")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	if *quick {
		*sizes, opt.filings, opt.pages = "500,2000", 48, 20
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

// run fills a store of each size and measures all of them by turns.
func run(ctx context.Context, opt options) (err error) {
	dir := opt.dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "priemnaya-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	b, err := prepare(ctx, dir, opt)
	if err != nil {
		return err
	}
	r := &Report{Machine: machine()}
	for _, s := range b.sites {
		if err := b.fill(ctx, s); err != nil {
			return fmt.Errorf("filling with %d cases: %w", s.size, err)
		}
	}
	if err := b.measure(ctx, r); err != nil {
		return err
	}
	if !opt.json {
		r.writeTable(os.Stdout)
	}
	line, err := json.Marshal(r)
	if err == nil {
		fmt.Printf("%s\n", line)
	}
	return err
}
