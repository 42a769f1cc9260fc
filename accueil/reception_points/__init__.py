"""Reception points open to anybody: list and map at `/accueil/`, and a page for each. Public."""
