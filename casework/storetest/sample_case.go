package storetest

import (
	"fmt"
	"strings"
	"time"

	"priemnaya/casework"
)

// Storage is what the suite checks.
type Storage = casework.Storage

// sampleStart is when the first sample was filed; each next one comes 97
// seconds and 1 millisecond later.
var sampleStart = time.Date(2026, 1, 12, 6, 0, 0, 0, time.UTC)

// SampleStages is after how many samples the stages repeat: sample n stands at
// casework.Stages()[n%SampleStages].
const SampleStages = 8

// Sample makes the n-th realistic case, always the same: about 4 KB of JSON, a
// Russian text, a whole journal, running terms and notices. It has gone the
// ordinary way through casework.Perform up to its stage.
func Sample(n int) casework.Case { return sampleAt(n, n%SampleStages) }

// Filed is Sample as it was just after filing.
func Filed(n int) casework.Case { return sampleAt(n, 0) }

func sampleAt(n, stage int) casework.Case {
	c := casework.Case{ID: fmt.Sprintf("C%025d", n), Receipt: fmt.Sprintf("П-%04d-%04d-%04d", n/1e8, n/1e4%1e4, n%1e4),
		AccessHash: fmt.Sprintf("%064x", n)}
	env := sampleEnv(sampleStart.Add(time.Duration(n) * (97*time.Second + time.Millisecond)))
	a := sampleApplicant(n)
	c = do(env, c, casework.Citizen(a), sampleFiling(n, a))
	for _, step := range sampleSteps(n, stage) {
		env.Now = env.Now.Add(11 * time.Minute)
		c = do(env, c, sampleStaff, step(c))
	}
	return c
}

// sampleSteps are the acts that lead to a stage.
func sampleSteps(n, stage int) []func(casework.Case) casework.Act {
	body := sampleBodies[n/SampleStages%len(sampleBodies)].ID
	route := casework.Route{Registry: "образец-1", Model: "образец", Body: body, Confidence: 0.93, Sure: true,
		Reasons:      []casework.Reason{{Key: "route.topic", Data: map[string]string{"Topic": sampleTopics[n%len(sampleTopics)]}}},
		Alternatives: []casework.Candidate{{Label: body, Confidence: 0.93}, {Label: "zarechye-admin", Confidence: 0.04}}}
	always := func(a casework.Act) func(casework.Case) casework.Act {
		return func(casework.Case) casework.Act { return a }
	}
	if stage == 1 {
		return []func(casework.Case) casework.Act{always(casework.Holding{Route: route})}
	}
	officer := casework.Actor{ID: fmt.Sprintf("staff:officer-%d", n%23), Grants: sampleStaff.Grants}
	steps := []func(casework.Case) casework.Act{
		nil,
		always(casework.Routing{Body: body, Route: route}),
		always(casework.Registration{Number: casework.NumberOf("ОГ-"+strings.TrimPrefix(body, "zarechye-"), 2026, int64(n+1))}),
		always(casework.Assignment{Unit: "unit-" + body, Officer: officer}),
		always(casework.Drafting{Text: sampleLetter(n), Outcome: casework.OutcomeExplained}),
		always(casework.Submission{Revision: 1}),
		func(c casework.Case) casework.Act {
			return casework.Signing{Signature: casework.Signature{Algorithm: "Ed25519", Value: []byte("подпись образца"),
				Digest: casework.LetterDigest(c.ID, c.Draft.Text, c.Draft.Files)}}
		},
		always(casework.Answering{Number: fmt.Sprintf("исх-%06d", n)}),
	}
	// in work holds a draft already; the stages after it follow one by one.
	return steps[1:max(1, []int{1, 1, 2, 3, 5, 6, 7, 8}[stage])]
}

// do performs an act; samples follow the rules, so a refusal is a mistake in
// this file.
func do(env *casework.Env, c casework.Case, by casework.Actor, act casework.Act) casework.Case {
	c, err := casework.Perform(env, c, by, act)
	if err != nil {
		panic(fmt.Sprintf("storetest: %s: %v", act.Kind(), err))
	}
	return c
}

func sampleApplicant(n int) casework.Applicant {
	// Every third sample is by one of the same seventeen people.
	person := n
	if n%3 == 0 {
		person = n % 17
	}
	return casework.Applicant{Key: fmt.Sprintf("esia:%010d", 1_000_000_000+person),
		Name: casework.PersonName{Surname: sampleSurnames[person%len(sampleSurnames)],
			Given: sampleNames[person/3%len(sampleNames)], Patronymic: sampleFathers[person/7%len(sampleFathers)]},
		Assurance: casework.AssuranceConfirmed,
		Contact:   casework.Contact{Email: fmt.Sprintf("person%d@example.test", person), Cabinet: true}}
}

func sampleFiling(n int, a casework.Applicant) casework.Filing {
	return casework.Filing{Regime: casework.RegimeAppeal, AppealKind: casework.KindComplaint,
		Channel:   []casework.Channel{casework.ChannelWeb, casework.ChannelSite, casework.ChannelBot}[n%3],
		Applicant: a, Lang: "ru", Text: sampleText(n), Topic: sampleTopics[n%len(sampleTopics)],
		Territory: fmt.Sprintf("77%03d", n%40), Address: sampleAddress(n), Key: fmt.Sprintf("образец-%020d", n)}
}

func sampleAddress(n int) string {
	return fmt.Sprintf("%s, дом %d", sampleStreets[n%len(sampleStreets)], n%180+1)
}

// sampleText is an appeal of about a thousand characters.
func sampleText(n int) string {
	pick := func(list []string, salt int) string { return list[(n*7+n/11+salt*13)%len(list)] }
	var b strings.Builder
	fmt.Fprintf(&b, "Здравствуйте! Пишу про место: %s.\n\n", sampleAddress(n))
	for i := range 7 {
		fmt.Fprintf(&b, "%s %s %s, и %s. ", pick(sampleSince, i), pick(sampleThings, i*3+1), pick(sampleTroubles, i*5+2), pick(sampleHarms, i*2+3))
	}
	fmt.Fprintf(&b, "\n\n%s Заявка диспетчеру была под номером %d.", pick(sampleWishes, 4), 100_000+n)
	return b.String()
}

func sampleLetter(n int) string {
	return fmt.Sprintf("Ваше сообщение о месте «%s» проверено с выходом на объект. Работы внесены в план под номером %d; "+
		"о ходе можно узнать по телефону, указанному в бланке. Если решение Вас не устроит, его можно обжаловать.", sampleAddress(n), n+500)
}
