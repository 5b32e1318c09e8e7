package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"priemnaya/casework"
)

// tooLarge is the server's code for a document above 16 MB.
const tooLarge = 10334

// failed maps a driver's error to a code: what may pass by itself (a lost
// connection, an election, a cancelled call) is Unavailable.
func failed(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *casework.Error
	if errors.As(err, &known) {
		return err
	}
	return &casework.Error{Code: codeOf(err), Op: op, Err: err}
}

func codeOf(err error) casework.Code {
	var selection topology.ServerSelectionError
	var server mongo.ServerError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &selection),
		errors.Is(err, mongo.ErrClientDisconnected), mongo.IsNetworkError(err), mongo.IsTimeout(err):
		return casework.Unavailable
	case errors.Is(err, mongo.ErrNoDocuments):
		return casework.NotFound
	case mongo.IsDuplicateKeyError(err):
		return casework.Exists
	case errors.As(err, &server):
		if server.HasErrorCode(tooLarge) {
			return casework.TooLarge
		}
		if server.HasErrorLabel("RetryableWriteError") || server.HasErrorLabel("TransientTransactionError") {
			return casework.Unavailable
		}
	}
	return casework.Internal
}
