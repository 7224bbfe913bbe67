"""Who it is for: facts, safety rules, options, plan checks. Pure functions over data files."""
