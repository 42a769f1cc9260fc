"""Monthly activity of the reception: entered by agents, followed by managers."""
