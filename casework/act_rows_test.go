package casework_test

import (
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
)

// actRow is what the law asks of one act, written down by hand: at which
// stages, by whom, where it leads, which terms begin ("?" is a promise), are
// met or dropped, and what the applicant is told.
type actRow struct {
	act                      string
	from, by                 []string
	to                       string
	opens, meets, drops, say []string
}

// appealRows are the acts of 59-FZ. Columns: act | stages | roles | stage
// after | terms begun | met | dropped | notices.
const appealRows = `
file      | new                                 | citizen operator registrar | received  | register consider? |          |          | received
copy_received | new                             | system                     | routed    | register consider? |          |          |
route     | received held routed                | system registrar           | routed    | register consider? |          |          | routed
hold      | received                            | system registrar           | held      |                    |          |          |
register  | routed                              | registrar                  | registered| forward consider   | register |          | registered
reject    | routed registered                   | registrar head             | rejected  |                    | register | consider forward | rejected
mark      | routed registered in_work           | registrar officer head     |           |                    |          |          |
split     | routed registered in_work           | registrar officer          |           |                    |          |          |
link      | routed registered in_work           | registrar officer head     |           |                    |          |          |
join      | received held routed registered in_work | citizen                |           |                    |          |          | joined
forward   | registered in_work                  | registrar head supervisor  | routed    | register consider? | forward  | consider | forwarded
copy      | registered in_work                  | registrar head             |           |                    | copies   |          | copied
copied    | routed registered in_work on_signing signed answered left returned rejected withdrawn | system | | | |  |
assign    | registered in_work                  | registrar head             | in_work   |                    |          | forward  | assigned
request   | registered in_work                  | officer head               |           | docs#r1            |          |          |
receive   | registered in_work on_signing signed| officer head registrar     |           |                    | docs#r1  |          |
ask       | registered in_work                  | officer head               |           |                    |          |          | asked
clarify   | registered in_work on_signing       | citizen                    |           |                    |          |          | clarified
propose   | registered in_work                  | officer                    |           |                    |          |          |
extend    | registered in_work                  | head                       |           | consider           |          |          | extended
draft     | in_work                             | officer head               |           |                    |          |          |
ask_visa  | in_work                             | officer head               |           |                    |          |          |
visa      | in_work                             | officer head registrar supervisor |    |                    |          |          |
submit    | in_work                             | officer head               | on_signing|                    |          |          |
send_back | on_signing signed                   | head                       | in_work   |                    |          |          |
sign      | on_signing                          | head                       | signed    |                    |          |          |
answer    | signed                              | officer head registrar     | answered  |                    | consider | forward docs#r1 | answered
oral      | registered in_work                  | head officer               | answered  |                    | consider | forward  | oral
leave     | registered in_work                  | registrar officer head     | left      | abuse              |          | consider forward | left_abuse
withdraw  | received held routed registered in_work on_signing | citizen registrar | withdrawn |             |          | consider forward register | withdrawn
rate      | answered                            | citizen                    |           |                    |          |          |
reopen    | answered                            | citizen                    |           | review             |          |          | reopened
review    | answered                            | head supervisor            |           |                    | review   |          | reviewed
recompute | received held routed registered in_work on_signing signed answered | system | | consider           |          |          | moved
warn      | received held routed registered in_work on_signing signed answered | system | |                    |          |          |
`

// The other regimes are told by their differences; "-" is an act they lack.
const servicesRows = `
route     | received held routed                | system registrar           | routed    | register consider? | pass_on  |          | routed
copy      | registered in_work                  | registrar head             |           |                    |          |          | copied
request   | registered in_work                  | officer head               |           |                    |          |          |
receive   | registered in_work on_signing signed| officer head registrar     |           |                    |          |          |
pass_on   | received held routed                | operator system            |           |                    | pass_on  |          |
find      | registered in_work on_signing signed answered | officer head     |           | prosecutor         |          |          |
prosecute | registered in_work on_signing signed answered | officer head     |           |                    | prosecutor |        |
remedy    | signed answered                     | officer head               |           |                    | remedy   |          | remedied
send_back | on_signing                          | head                       | in_work   |                    |          |          |
sign      | on_signing                          | head                       | signed    | answer remedy      | consider |          |
answer    | signed                              | officer head registrar     | answered  |                    | answer   | forward  | answered
leave     | registered in_work                  | registrar officer head     | left      | noanswer           |          | consider forward | left_abuse
propose -
extend -
oral -
`

const controlRows = `
copy      | registered in_work                  | registrar head             |           |                    |          |          | copied
request   | registered in_work                  | officer head               |           |                    |          |          |
receive   | registered in_work on_signing signed| officer head registrar     |           |                    |          |          |
ask       | registered in_work                  | officer head               |           | info consider      |          |          | asked
clarify   | registered in_work on_signing       | citizen                    |           |                    | info     |          | clarified
restore   | registered in_work                  | head                       |           |                    |          |          | restored
suspend   | registered in_work                  | head                       |           |                    | suspend  |          | suspended
send_back | on_signing                          | head                       | in_work   |                    |          |          |
sign      | on_signing                          | head                       | signed    | publish            | consider | suspend info |
answer    | signed                              | officer head registrar     | answered  |                    | publish  | forward  | answered
reject    | routed registered                   | registrar head             | rejected  | refuse             | register | consider forward | refused
leave     | registered in_work                  | registrar officer head     | rejected  | refuse             |          | consider forward | refused
oral -
`

// The platform's term runs from its number, and no forwarding restarts it.
const platformRows = `
file      | new                                 | citizen operator registrar | received  | register consider  |          |          | received
copy_received | new                             | system                     | routed    | register consider  |          |          |
route     | received held routed                | system registrar           | routed    | register consider  |          |          | routed
register  | routed                              | registrar                  | registered| forward            | register |          | registered
forward   | registered in_work                  | registrar head supervisor  | routed    | register consider  | forward  |          | forwarded
oral -
`

const messageRows = platformRows + `
answer    | signed                              | officer head registrar     | answered  |                    | consider | forward  | answered
copy      | registered in_work                  | registrar head             |           |                    |          |          | copied
leave     | registered in_work                  | registrar officer head     | left      |                    |          | consider forward | left_abuse
reject -
request -
receive -
propose -
extend -
`

// rowsOf reads the rows of a regime.
func rowsOf(t testing.TB, regime casework.Regime) map[casework.ActKind]actRow {
	t.Helper()
	rows := map[casework.ActKind]actRow{}
	more := map[casework.Regime]string{casework.RegimeAppeal: "", casework.RegimeServices: servicesRows,
		casework.RegimeControl: controlRows, casework.RegimePlatform: platformRows, casework.RegimeMessage: messageRows}
	extra, ok := more[regime]
	if !ok {
		t.Fatalf("no rows for %s", regime)
	}
	for line := range strings.Lines(appealRows + extra) {
		cells := strings.Split(line, "|")
		head := strings.Fields(cells[0])
		switch {
		case len(head) == 0:
			continue
		case len(head) == 2:
			delete(rows, casework.ActKind(head[0]))
			continue
		case len(cells) != 8:
			t.Fatalf("a row of %d columns: %s", len(cells), line)
		}
		list := func(i int) []string { return strings.Fields(cells[i]) }
		rows[casework.ActKind(head[0])] = actRow{act: head[0], from: list(1), by: list(2), to: strings.TrimSpace(cells[3]),
			opens: list(4), meets: list(5), drops: list(6), say: list(7)}
	}
	return rows
}

// groundRow is a ground of an ending without an answer on the merits.
type groundRow struct {
	key, acts, to, term, notice, norm string
	needs                             []string
}

// The grounds by regime: 59-FZ art. 4, 8 and 11; decree 840 p. 20 and 21;
// 248-FZ art. 42; the platform's rules. Columns: ground | acts | stage after |
// term | preconditions | letter | norm.
var groundTables = map[casework.Regime]string{
	casework.RegimeAppeal: `
not_appeal_greeting    | reject | rejected |            | explanation | rejected        | ст. 4
not_appeal_meaning     | reject | rejected |            | explanation | rejected        | ст. 4
not_appeal_information | reject | rejected |            | explanation | rejected        | ст. 4
not_appeal_other_law   | reject | rejected |            | explanation | rejected        | ст. 1 ч. 2
anonymous     | leave | left     | anon       | no_name                   |                 | ст. 11 ч. 1
court         | leave | returned | court      | explanation               | left_court      | ст. 11 ч. 2
abuse         | leave | left     | abuse      | explanation               | left_abuse      | ст. 11 ч. 3
unreadable    | leave | left     | unreadable | explanation               | left_unreadable | ст. 11 ч. 4
unclear       | leave | left     | unclear    | explanation               | left_unclear    | ст. 11 ч. 4.1
terminate     | leave | left     | terminate  | explanation head answered_before nothing_new | left_terminate | ст. 11 ч. 5
site          | leave | left     | site       | site_address              | left_site       | ст. 11 ч. 5.1
secret        | leave | left     | secret     | explanation               | left_secret     | ст. 11 ч. 6
complained_of | leave | returned | return_ban | explanation complained_of | returned        | ст. 8 ч. 7
`,
	casework.RegimeServices: `
not_service    | reject | rejected |         | explanation                | rejected        | ст. 11.2 ч. 10
judgment       | leave | rejected | noanswer | explanation                | refused         | постановление № 840, п. 20
no_authority   | leave | rejected | noanswer | explanation                | refused         | постановление № 840, п. 20
decided_before | leave | rejected | noanswer | explanation decided_before | refused         | постановление № 840, п. 20
abuse          | leave | left     | noanswer | explanation                | left_abuse      | постановление № 840, п. 21
unreadable     | leave | left     | noanswer | explanation                | left_unreadable | постановление № 840, п. 21
`,
	casework.RegimeControl: `
late       | reject leave | rejected | refuse | explanation late | refused | ст. 42
court      | reject leave | rejected | refuse | explanation      | refused | ст. 42
same       | reject leave | rejected | refuse | explanation      | refused | ст. 42
procedure  | reject leave | rejected | refuse | explanation      | refused | ст. 42
abuse      | reject leave | rejected | refuse | explanation      | refused | ст. 42
wrong_body | reject leave | rejected | refuse | explanation      | refused | ст. 42
court_only | reject leave | rejected | refuse | explanation      | refused | ст. 42
`,
	casework.RegimeMessage: `
abuse        | leave | left | | explanation | left_abuse      | постановление № 2334
unreadable   | leave | left | | explanation | left_unreadable | постановление № 2334
unclear      | leave | left | | explanation | left_unclear    | постановление № 2334
hate         | leave | left | | explanation | left_message    | постановление № 2334
foreign_data | leave | left | | explanation | left_message    | постановление № 2334
advertising  | leave | left | | explanation | left_message    | постановление № 2334
no_place     | leave | left | | explanation | left_message    | постановление № 2334
`}

func groundsOf(t testing.TB, regime casework.Regime) []groundRow {
	t.Helper()
	if regime == casework.RegimePlatform {
		// An appeal through the portal is an appeal under 59-FZ; who files
		// there is identified, so art. 11 p. 1 cannot come about.
		rows := groundsOf(t, casework.RegimeAppeal)
		for i := range rows {
			rows[i].norm = "59-ФЗ " + rows[i].norm
		}
		return slices.DeleteFunc(rows, func(r groundRow) bool { return r.key == "anonymous" })
	}
	var rows []groundRow
	for line := range strings.Lines(groundTables[regime]) {
		cells := strings.Split(line, "|")
		if len(cells) == 1 {
			continue
		}
		if len(cells) != 7 {
			t.Fatalf("a row of %d columns: %s", len(cells), line)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, groundRow{key: cells[0], acts: cells[1], to: cells[2], term: cells[3],
			needs: strings.Fields(cells[4]), notice: cells[5], norm: cells[6]})
	}
	return rows
}

// resultRows are the decisions of a regime: outcome, parts a letter must have,
// terms that begin.
var resultRows = map[casework.Regime]string{
	casework.RegimeAppeal:   "supported|| measures|| explained|| not_supported||",
	casework.RegimePlatform: "supported|| measures|| explained|| not_supported||",
	casework.RegimeMessage:  "supported|| measures|| explained|| not_supported||",
	casework.RegimeServices: "satisfied|1_actions,2_apology,3_next,4_appeal|remedy refused|1_reasons,4_appeal|",
	casework.RegimeControl:  "refused|1_reasons,4_appeal| cancelled|1_reasons,3_next| new_decision|1_reasons,3_next| unlawful|1_reasons,3_next|",
}

// requiredRows are the fields without which nothing can be filed beyond text,
// name and an address for the answer.
var requiredRows = map[casework.Regime]string{casework.RegimeServices: "against decision grounds phone",
	casework.RegimeControl: "against decision demands knew", casework.RegimeMessage: "place"}

// variantRows are the grounds of a complaint and the course they lead to.
var variantRows = map[casework.Regime]string{
	casework.RegimeServices: "late_registration late_service excess_documents refused_documents:short refused_service unlawful_fee misprints:short late_documents suspended_service new_demands",
	casework.RegimeControl:  "decision order acts risk preventive moratorium:moratorium",
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
