package main

import (
	"context"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
)

// SeenTerritories is the mark of a list of territories.
func (r adminRegistry) SeenTerritories(list []casework.Territory) string {
	return registry.DigestOfTerritories(list)
}

// TerritoryCode reads a code as people write it.
func (r adminRegistry) TerritoryCode(typed string) (string, bool) {
	return registry.TerritoryCode(typed)
}

// ProposeTerritories puts rows over the list in force.
func (r adminRegistry) ProposeTerritories(ctx context.Context, by casework.Actor, e desk.TerritoryEdit) (desk.RegistryChange, error) {
	list := registry.MergeTerritories(r.office.Registry().Territories(), e.Rows)
	return r.begin(r.book.ProposeTerritories(ctx, by, registry.TerritoryEdit{List: list, Seen: e.Seen, Why: e.Why}))
}

// ReadTerritories reads rows of a CSV file.
func (r adminRegistry) ReadTerritories(file []byte) ([]casework.Territory, []desk.LineMistake) {
	rows, wrong := registry.ReadTerritories(file)
	var mistakes []desk.LineMistake
	for _, m := range wrong {
		mistakes = append(mistakes, desk.LineMistake(m))
	}
	return rows, mistakes
}
