"""What documents publish of the reception: `/chiffres/`, and its API. Public."""
