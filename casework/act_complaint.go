package casework

// The acts that only complaints know.
const (
	ActSuspend   ActKind = "suspend"   // решение о приостановлении (248-ФЗ)
	ActRestore   ActKind = "restore"   // восстановление срока подачи (248-ФЗ)
	ActFind      ActKind = "find"      // выявлены признаки правонарушения
	ActProsecute ActKind = "prosecute" // материалы направлены в прокуратуру
	ActRemedy    ActKind = "remedy"    // нарушение устранено
)

// Suspension is the decision on a petition to suspend what is complained of
// (248-FZ art. 40): two working days from registration.
type Suspension struct {
	Granted bool
	Reason  string
}

// Kind implements Act.
func (Suspension) Kind() ActKind { return ActSuspend }

func (a Suspension) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	p := c.Procedure.Complaint
	if p == nil || p.Suspend == "" {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.Suspension", Message: "suspend.none", Norm: env.Regulation.Acts[ActSuspend].Norm}
	}
	if p.Suspended != "" {
		return Effect{}, Fail(Conflict, "casework.Suspension", "suspend.decided")
	}
	if err := needText("reason", a.Reason, 5000); err != nil {
		return Effect{}, err
	}
	p.Suspended = "refused"
	if a.Granted {
		p.Suspended = "granted"
	}
	return Effect{Facts: map[string]string{"decision": p.Suspended, "reason": textDigest(a.Reason)},
		Meets: []TermKind{TermSuspend}, Say: map[string]string{"Decision": p.Suspended, "Reason": a.Reason}}, nil
}

// Restoration is the decision on a petition to restore a missed filing term
// (248-FZ art. 40 p. 7). A refusal leads to refusing the complaint (art. 42).
type Restoration struct {
	Granted bool
	Reason  string
}

// Kind implements Act.
func (Restoration) Kind() ActKind { return ActRestore }

func (a Restoration) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	p := c.Procedure.Complaint
	if p == nil || !p.LateFiled || p.Restore == "" {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.Restoration", Message: "restore.none", Norm: env.Regulation.Acts[ActRestore].Norm}
	}
	if err := needText("reason", a.Reason, 5000); err != nil {
		return Effect{}, err
	}
	decision := "refused"
	if a.Granted {
		decision, p.LateFiled = "granted", false
	}
	return Effect{Facts: map[string]string{"decision": decision, "reason": textDigest(a.Reason)},
		Say: map[string]string{"Decision": decision, "Reason": a.Reason}}, nil
}

// Finding notes signs of an offence or a crime: the materials are due at the
// prosecutor's at once (210-FZ art. 11.2 p. 9).
type Finding struct{ What string }

// Kind implements Act.
func (Finding) Kind() ActKind { return ActFind }

func (a Finding) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if err := needText("what", a.What, 5000); err != nil {
		return Effect{}, err
	}
	if _, running := c.Term(TermProsecutor); running {
		return Effect{}, Fail(Conflict, "casework.Finding", "find.already")
	}
	c.happened(StartFound, env.today(c.clockBody()))
	return Effect{Facts: map[string]string{"what": textDigest(a.What)}}, nil
}

// Prosecution notes that the materials have gone to the prosecutor.
type Prosecution struct {
	// Letter is the number of the covering letter.
	Letter string
}

// Kind implements Act.
func (Prosecution) Kind() ActKind { return ActProsecute }

func (a Prosecution) apply(_ *Env, c *Case, _ Actor) (Effect, error) {
	if err := needText("letter", a.Letter, 100); err != nil {
		return Effect{}, err
	}
	if _, running := c.Term(TermProsecutor); !running {
		return Effect{}, Fail(Conflict, "casework.Prosecution", "find.none")
	}
	return Effect{Facts: map[string]string{"letter": a.Letter}}, nil
}

// Remedy notes that the violation found has been removed (decree 840 p. 16).
type Remedy struct{ What string }

// Kind implements Act.
func (Remedy) Kind() ActKind { return ActRemedy }

func (a Remedy) apply(_ *Env, c *Case, _ Actor) (Effect, error) {
	if err := needText("what", a.What, 5000); err != nil {
		return Effect{}, err
	}
	if _, running := c.Term(TermRemedy); !running {
		return Effect{}, Fail(Conflict, "casework.Remedy", "remedy.none")
	}
	return Effect{Facts: map[string]string{"what": textDigest(a.What)}, Say: map[string]string{"What": a.What}}, nil
}
