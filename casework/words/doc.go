// Package words turns Russian and English text into comparable terms.
//
// Three consumers share it, so that they agree on what a word is: full-text
// search of both stores, the learner that suggests a route (casework/suggest)
// and the search for duplicate appeals. It is the only place that knows the
// stemmer.
//
// The steps are layered. Normalise makes two spellings of the same text equal
// byte for byte; Terms cuts a text into stems; Bigrams and Similarity work on
// what Terms returns. All functions are safe for concurrent use, never fail
// and never panic: whatever a citizen pastes has a normal form.
package words
