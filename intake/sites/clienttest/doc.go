// Package clienttest proves that a stranger can use the API for websites: a
// public generator makes a client from openapi.json, the client compiles, and
// it files an appeal at the running program. It is a module of its own, so that
// neither the generator nor what it needs comes into ours.
package clienttest
