"""What a file brings to a plan's campaign, written to the database."""
