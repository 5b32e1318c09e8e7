// Package outboxtest is what tests of letters and jobs share: a store in
// memory that can be told to fail, an office with three invented bodies, a
// clock that can be moved, and a mail server that can be told to misbehave.
package outboxtest
