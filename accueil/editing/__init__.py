"""Where agents keep doors, phone lines, rounds and special hours true: `/espace/accueil/`."""
