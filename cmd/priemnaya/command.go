package main

import "github.com/spf13/cobra"

// version is set by the build.
var version = "dev"

func rootCommand() *cobra.Command {
	return &cobra.Command{Use: "priemnaya", SilenceUsage: true, SilenceErrors: true, Version: version}
}
