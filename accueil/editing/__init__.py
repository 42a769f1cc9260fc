"""`/espace/accueil/`: agents edit reception points, phone lines, bus rounds and special hours."""
