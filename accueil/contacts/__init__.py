"""Contacts of an answer: teams, phone lines, reception points near a place, itinerant stops."""
