package casework

import "context"

// purposeLetter is what the journal of reads says when the program itself
// opens a sealed name to address a letter.
const purposeLetter = "address of a letter"

// Addressed gives a copy of a case in which one applicant has his own name and
// contacts again, for a letter to himself that leaves now. It is the system's
// own hand: the opening is written into the journal of reads, and the copy
// must go nowhere but into that letter. A case that is not shielded comes back
// as it is. Errors: Corrupted, Unavailable.
func (o *Office) Addressed(ctx context.Context, c Case, applicant int) (Case, error) {
	if applicant < 0 || applicant >= len(c.Parties.Applicants) || !c.Parties.Applicants[applicant].Shielded() {
		return c, nil
	}
	if err := o.noteEntry(ctx, SystemActor().ID, c.ID, purposeLetter); err != nil {
		return c, err
	}
	c.Parties.Applicants = cloneApplicants(c.Parties.Applicants)
	who, err := o.open(c.Parties.Applicants[applicant])
	if err != nil {
		return c, err
	}
	who.Shield = nil
	c.Parties.Applicants[applicant] = who
	return c, nil
}

// LiftName opens the name for good at the citizen's own wish, for instance
// because his appeal has come to a body that has set no procedure and needs to
// write to him. Errors: NotFound for a case that is not his or not shielded.
func (o *Office) LiftName(ctx context.Context, by Actor, id string) (Case, error) {
	return o.store.Update(ctx, id, func(c Case) (Case, error) {
		if !by.Is(RoleCitizen) || !c.Shielded() || c.Applicant().Key != by.ID {
			return c, Fail(NotFound, "casework.LiftName", "case.none")
		}
		c = c.Clone()
		who, err := o.open(c.Parties.Applicants[0])
		if err != nil {
			return c, err
		}
		now := o.now()
		who.Shield.Sealed, who.Shield.LiftedAt = nil, now
		c.Parties.Applicants[0] = who
		c.record(now, by, RoleCitizen, ActLiftName, nil)
		return c, nil
	})
}
