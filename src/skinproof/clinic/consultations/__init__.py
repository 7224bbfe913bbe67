"""A person's path: questions, review, consent, options, choice, plan, follow-up question."""
