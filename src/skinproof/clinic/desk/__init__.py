"""The doctor's desk: queue, case, plan, override, signature."""
