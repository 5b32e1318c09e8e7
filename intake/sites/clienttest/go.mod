module priemnaya/intake/sites/clienttest

go 1.26.0
