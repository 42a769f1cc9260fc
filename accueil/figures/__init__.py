"""Published figures of the reception: `/chiffres/` and its API. Public."""
