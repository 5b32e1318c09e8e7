// Package casework is the domain of Priemnaya (Приёмная): the case document
// that every appeal becomes, the acts that change it, the terms the law sets,
// the registry of bodies and the rules that route a case to one of them.
//
// It consists of pure functions over values and imports the standard library
// only. Time, identifiers, stores and learners are handed in. Every rule of
// procedure that a lawyer may want to correct is data (Regulation, Calendar);
// the code here knows how to apply such data, not what it says.
//
// # Glossary
//
//	appeal       обращение         what a citizen sends (59-FZ art. 4)
//	case         дело              the document kept about an appeal
//	body         орган             who must answer
//	unit         подразделение     a part of a body
//	officer      исполнитель       prepares the answer
//	registrar    регистратор       registers and routes
//	head         руководитель      signs, approves, extends
//	supervisor   контроль          answers for overdue cases
//	operator     оператор МФЦ      files on behalf of a person at a counter
//	absence      отсутствие        days on which a named deputy acts for somebody
//	deputy       замещающий        who acts for an absent colleague, in his rights
//	visa         согласование      a colleague's agreement to a draft, in his turn
//	act          действие          one step in a case, checked and journalled
//	stage        стадия            where the case is; only acts change it
//	term         срок              a due date with its norm and its reckoning
//	roll         перенос           what happens to a term ending on a day off
//	notice       уведомление       what must be told, to whom, by which channel
//	outbox       исходящие         notices of a case that wait for delivery
//	journal      журнал            the hash-chained events of a case
//	route        маршрут           the body a case goes to, and why
//	hold         разбор            queue of cases the router is not sure about
//	forward      переадресация     sending a case to the competent body
//	receipt      квитанция         number and access code given on filing
//	number       рег. номер        legal registration number, given on registration
//	regulation   регламент         dated data of one regime: terms, acts, grounds
//	shelf        полка             small versioned records that are not cases
//
// # The way of a change
//
// A handler, bot or worker calls one method of Office. Office loads the case,
// calls Perform, which checks the act against the regulation and the actor's
// rights, changes a copy, appends exactly one journal event and queues the
// notices; the store saves that copy if nobody was quicker, and repeats the
// whole otherwise. Nothing is sent or scheduled except from a saved case.
package casework
