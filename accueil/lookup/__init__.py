"""The citizen's question, from what is typed to the team and where it is: `/trouver/`, the API."""
