"""What every page needs and no app owns: who may open it, what happens when something breaks, what is logged."""
