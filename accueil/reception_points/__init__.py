"""The doors open to anybody: their list and map at `/accueil/`, and a page for each. Public."""
