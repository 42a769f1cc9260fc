"""Errors reported by readers (« Cette information est fausse »), and the agents who handle them."""
