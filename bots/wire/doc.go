// Package wire holds what adapters that speak HTTP have in common: their
// configuration, the door of a webhook, trying again with pauses, cutting
// texts to a messenger's measure, comparing secrets, errors without addresses,
// bodies that may not grow, knowing whether a request has left, and handing
// updates over chat by chat. It knows no messenger.
package wire
