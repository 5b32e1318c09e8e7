package casework_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

var honestLaws = sync.OnceValue(func() *casework.Laws {
	laws, err := regulation.Embedded()
	if err != nil {
		panic(err)
	}
	return laws
})

// refusedWith reports that an act is refused by the law: with the message and
// the norm that forbids it.
func refusedWith(err error, message, norm string) bool {
	var e *casework.Error
	return errors.As(err, &e) && e.Code == casework.NotAllowed && e.Message == message && e.Norm == norm
}

// hasField reports that an act is refused because of one field.
func hasField(err error, field string) bool {
	var e *casework.Error
	return errors.As(err, &e) && e.Code == casework.Invalid && len(e.Fields) == 1 && e.Fields[0].Field == field
}

// checkLists compares results, required fields and grounds of complaints.
func (b *actBench) checkLists() []string {
	wrong := b.checkResults()
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, field := range casework.Fields() {
		f := complaintFiling(b.regime)
		if f.Complaint == nil {
			f.Complaint = &casework.Complaint{}
		}
		p := *f.Complaint
		f.Complaint = &p
		switch field {
		case "phone":
			f.Applicant.Contact.Phone = ""
		case "grounds":
			p.Grounds = nil
		case "against":
			p.Against = nil
		case "decision":
			p.Decision = " "
		case "demands":
			p.Demands = ""
		case "knew":
			f.Knew = casework.Date{}
		case "place":
			f.Address, f.Territory = "", ""
		}
		err := f.Validate(b.office.Registry(), b.law)
		if want := slices.Contains(strings.Fields(requiredRows[b.regime]), field); want != hasField(err, field) {
			bad("filing without %s: %v, want refused %v", field, err, want)
		}
	}
	n := 0
	for row := range strings.FieldsSeq(variantRows[b.regime]) {
		n++
		key, variant, _ := strings.Cut(row, ":")
		f := complaintFiling(b.regime)
		f.Complaint.Grounds = []string{key}
		c, err := casework.Perform(b.env(), casework.Case{ID: b.sample.ID, Receipt: b.sample.Receipt}, citizen, f)
		if err != nil || c.Procedure.Variant != variant {
			bad("ground %s leads to %q, %v", key, c.Procedure.Variant, err)
		}
	}
	if n != len(b.law.Complaints) {
		bad("%d grounds of complaints, want %d", len(b.law.Complaints), n)
	}
	return append(wrong, b.checkTerms()...)
}

// checkTerms compares each term with the honest regulation, whose rows the
// table of deadlines holds.
func (b *actBench) checkTerms() []string {
	var wrong []string
	honest, err := honestLaws().Version(b.law.Regime, b.law.Version)
	if err != nil {
		return []string{err.Error()}
	}
	for kind, rule := range honest.Terms {
		if got := b.law.Terms[kind]; got != rule {
			wrong = append(wrong, fmt.Sprintf("term %s is %+v", kind, got))
		}
	}
	return wrong
}

func (b *actBench) checkResults() []string {
	var wrong []string
	n := 0
	for row := range strings.FieldsSeq(resultRows[b.regime]) {
		n++
		cells := strings.Split(row, "|")
		parts := strings.FieldsFunc(cells[1], func(r rune) bool { return r == ',' })
		for _, without := range append(parts, "") {
			c := b.prepared(actRow{act: "submit"}, casework.StageInWork)
			c.Draft.Outcome, c.Draft.Parts = casework.Outcome(cells[0]), map[string]string{}
			for _, p := range parts {
				if p != without {
					c.Draft.Parts[p] = "Есть."
				}
			}
			c, err := casework.Perform(b.env(), c, actorOf(casework.RoleOfficer), casework.Submission{Revision: 1})
			if without != "" {
				if !hasField(err, "part_"+without) {
					wrong = append(wrong, fmt.Sprintf("%s without %s: %v", cells[0], without, err))
				}
				continue
			}
			digest := casework.LetterDigest(c.ID, c.Draft.Letter(), nil)
			signed, err2 := casework.Perform(b.env(), c, actorOf(casework.RoleHead), casework.Signing{Signature: casework.Signature{Digest: digest, Value: []byte("s")}})
			_, remedy := signed.Term(casework.TermRemedy)
			if err != nil || err2 != nil || remedy != (cells[2] == "remedy") {
				wrong = append(wrong, fmt.Sprintf("%s: %v, %v, remedy owed %v", cells[0], err, err2, remedy))
			}
		}
	}
	if n != len(b.law.Results) {
		wrong = append(wrong, fmt.Sprintf("%d results, want %d", len(b.law.Results), n))
	}
	return wrong
}

func TestEveryActOfEveryRegimeDoesWhatTheRowsSay(t *testing.T) {
	laws := embeddedLaws(t)
	for i := range laws.Regulations {
		law := &laws.Regulations[i]
		t.Run(string(law.Regime)+" "+law.Version, func(t *testing.T) {
			for _, wrong := range newActBench(t, law, laws).check() {
				t.Error(wrong)
			}
		})
	}
}
