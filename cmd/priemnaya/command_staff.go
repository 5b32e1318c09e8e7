package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"priemnaya/casework"
	"priemnaya/intake/identity/staff"
)

func staffCommand() *cobra.Command {
	c := &cobra.Command{Use: "staff", Short: "Accounts of staff"}
	var name, position string
	var grants []string
	add := &cobra.Command{Use: "add LOGIN", Short: "Make an account; its first password is read from standard input", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := readGrants(grants)
			if err != nil {
				return err
			}
			password, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
			if strings.TrimSpace(password) == "" {
				return errors.Join(errors.New("the first password is expected on standard input"), err)
			}
			return withApp(cmd.Context(), func(a *App) error {
				_, err := a.staff.Save(cmd.Context(), staff.Staff{Login: args[0], Name: name, Position: position, Grants: list})
				if err != nil {
					return err
				}
				return a.staff.SetPassword(cmd.Context(), args[0], strings.TrimSpace(password), true)
			})
		}}
	add.Flags().StringVar(&name, "name", "", "surname, name, patronymic")
	add.Flags().StringVar(&position, "position", "", "position")
	add.Flags().StringArrayVar(&grants, "grant", nil, "role@body or role@body/unit; body * is every body; may be repeated")
	c.AddCommand(add)
	c.AddCommand(&cobra.Command{Use: "list", Short: "List the accounts", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *App) error {
				all, err := a.staff.List(cmd.Context(), "")
				for _, s := range all {
					fmt.Fprintf(cmd.OutOrStdout(), "%-20s %v %s\n", s.Login, s.Grants, s.Position)
				}
				return err
			})
		}})
	return c
}

// readGrants reads "registrar@roads" and "officer@roads/repair".
func readGrants(list []string) ([]casework.Grant, error) {
	var out []casework.Grant
	for _, text := range list {
		role, place, ok := strings.Cut(text, "@")
		body, unit, _ := strings.Cut(place, "/")
		known := false
		for _, r := range casework.Roles() {
			known = known || r == casework.Role(role)
		}
		if !ok || !known || body == "" {
			return nil, fmt.Errorf("--grant %q: want role@body, a role being one of %v", text, casework.Roles())
		}
		out = append(out, casework.Grant{Role: casework.Role(role), Body: body, Unit: unit})
	}
	return out, nil
}
