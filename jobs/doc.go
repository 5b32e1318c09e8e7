// Package jobs does what saved cases ask for in the background: it routes them
// and delivers their notices, by asynq on Redis, or on a Redis inside the
// process when no address is given.
//
// # The case is the truth, the queue is a hint
//
// What must be done stands in the outbox of a case, with the time of the next
// attempt. A sweep reads what is due and puts tasks on the queue, a bounded
// window of them; Wake does the same at once for one case. A task is nothing
// but the name of a notice. So an emptied, lost or unreachable Redis costs
// delay and nothing else, no term of law ever stands in it, and a task that
// runs twice finds the notice claimed or done.
//
// # Tasks
//
//	route    Office.Route; the notice is the wake-up that filing left
//	deliver  Dispatcher.Deliver, one notice of one medium
//
// Their identity is kind, case, notice, attempt and age in steps of five
// minutes: asynq refuses a double, and a task that died with its worker is
// replaced without waiting for asynq to notice. Handlers never return an error
// to asynq: how an attempt ended, and when to try again, is in the case.
//
// # The watch over terms
//
// At the start, every quarter of an hour and after the clock was moved, one of
// the processes looks at all terms that come near or have passed, and the
// office warns staff: each level of each term once, however often it is looked
// at. A lease on the shelf keeps two processes from looking at once; it runs
// out by itself if its holder dies.
//
// # Poison
//
// A notice whose work panics, fails for good, or ends the process again and
// again becomes dead: it is listed with its reason (notifications.Outbox.Dead)
// and holds nobody up. A case that cannot be routed is also put on hold, so
// that a registrar sees it.
package jobs
