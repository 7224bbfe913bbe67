"""Letters: an outbox that is part of the change a letter tells of, and what sends it. Also links that letters carry."""
