package casework

// latestStart is the last day on which the start event of a promised term can
// come in time: the due date of the term that the event meets.
func (c *Case) latestStart(env *Env, kind TermKind) Date {
	if rule, _ := env.Regulation.Rule(kind, c.Procedure.Variant); rule.Start == StartRegistered {
		if t, ok := c.Term(TermRegister); ok {
			return t.Due
		}
	}
	return env.today(c.clockBody())
}

// The start events of terms. Acts write the days of the later ones down in
// Procedure.Happened.
const (
	StartReceived   = "received"   // поступление
	StartRegistered = "registered" // регистрация в органе
	StartDue        = "due"        // истечение продлеваемого срока
	StartDecided    = "decided"    // принятие решения
	StartRequested  = "requested"  // направление запроса
	StartFound      = "found"      // выявление признаков нарушения
	StartKnew       = "knew"       // день, когда лицо узнало о нарушении
	StartOrdered    = "ordered"    // получение предписания
	StartPortal     = "portal"     // присвоение номера ЕПГУ
)

// StartEvents lists the start events that a regulation may name.
func StartEvents() []string {
	return []string{StartReceived, StartRegistered, StartDue, StartDecided, StartRequested, StartFound, StartKnew, StartOrdered, StartPortal,
		StartAnswered, StartReopened, StartReviewed}
}

// startOf is the day of the event from which a term of the kind runs.
func (c *Case) startOf(env *Env, kind TermKind) Date {
	loc := env.bodySettings(c.clockBody()).Location()
	rule, _ := env.Regulation.Rule(kind, c.Procedure.Variant)
	switch rule.Start {
	case StartReceived:
		// At a body that got the case from another one, receipt is the day
		// on which it arrived there.
		if d, ok := c.Procedure.Happened[StartReceived]; ok {
			return d
		}
		if c.Route.Hops > 0 {
			return env.today(c.clockBody())
		}
		return DateOf(c.Origin.ReceivedAt, loc)
	case StartPortal:
		// The number of the portal is given once; no forwarding gives another.
		if at, ok := c.Procedure.Happened[StartPortal]; ok {
			return at
		}
		return DateOf(c.Origin.ReceivedAt, loc)
	case StartRegistered:
		return c.Origin.RegisteredOn
	case StartAnswered:
		return c.answeredOn(env)
	}
	if d, ok := c.Procedure.Happened[rule.Start]; ok {
		return d
	}
	return env.today(c.clockBody())
}

// happened writes down the day of a start event.
func (c *Case) happened(event string, on Date) {
	if c.Procedure.Happened == nil {
		c.Procedure.Happened = map[string]Date{}
	}
	c.Procedure.Happened[event] = on
}
