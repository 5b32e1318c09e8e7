// Package suggest learns from past cases which topic, category and
// responsible body a new appeal belongs to.
//
// A text is read as words, word pairs, letter groups, names of places and
// notions (concepts.txt: what citizens say and how offices call it). Several
// simple experts look at it: a linear classifier over all of these; a naive Bayes over letter groups;
// class centroids; the most similar past cases; and the likeness of the text
// to the label's own name, which is all there is for a rare label. A stack
// weighs their scores into probabilities. Its few weights, the calibration and
// the threshold of "sure" are learnt on texts the experts had not seen
// (inner folds), so a confidence of 0.8 means right in about eight of ten.
//
// The questions help each other: the category narrows the topic, the topic
// gives the category back with more detail, and the body follows from the
// topic and from the place.
//
// Everything is deterministic for a given seed and file, uses no clock and no
// network, and keeps no text of an appeal: a saved model holds stems, letter
// groups and numbers only. A Model is safe for concurrent use.
package suggest
