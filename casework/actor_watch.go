package casework

// Watches reports whether figures about a place are for the actor: whether the
// cases there are on his board. A place without a unit is the whole body.
func (a Actor) Watches(p Placement) bool { return a.watches(p) }
