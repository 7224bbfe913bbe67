"""The walks, each step by step, for whoever makes them: see `walking` for how a visitor acts."""
