package casework

// ActKinds lists every act that a regulation may speak of, in the order of
// the way of a case.
func ActKinds() []ActKind {
	return []ActKind{ActFile, ActCopyReceived, ActRoute, ActHold, ActPassOn, ActRegister, ActReject, ActMarkUp, ActSplit, ActLink, ActJoin,
		ActForward, ActCopy, ActCopied, ActAssign, ActRequest, ActReceive, ActAsk, ActClarify, ActPropose, ActExtend,
		ActRestore, ActSuspend, ActFind, ActProsecute, ActDraft, ActAskVisa, ActVisa, ActSubmit, ActSendBack, ActSign, ActAnswer, ActOral,
		ActLeave, ActWithdraw, ActRate, ActReopen, ActReview, ActRemedy, ActRecompute, ActWarn}
}
