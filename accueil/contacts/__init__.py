"""Who can be reached, where and when: teams and phone lines, doors near a place, buses."""
