package casework

// OfferedTerritories lists the territories that a new appeal can be about
// today, by code; their dates are left out.
func (o *Office) OfferedTerritories() []Territory {
	out := o.Registry().TerritoriesOn(DateOf(o.now(), Settings{}.Location()))
	for i := range out {
		out[i].Since, out[i].Until = Date{}, Date{}
	}
	return out
}
