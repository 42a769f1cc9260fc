"""« Cette information est fausse »: what readers send, and who answers it."""
