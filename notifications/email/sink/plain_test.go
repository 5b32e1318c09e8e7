package sink_test

import (
	"net"
	"net/smtp"
	"strconv"
)

// dialPlain sends bytes as they are, without making a letter of them.
func dialPlain(host string, port int) (func(body string) error, error) {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	return func(body string) error {
		return smtp.SendMail(address, nil, "a@example.ru", []string{"b@example.ru"}, []byte(body))
	}, nil
}
