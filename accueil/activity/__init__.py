"""What the reception did, month by month: entered by agents, followed by managers."""
