"""From study rows to findings: comparisons, effects, pooling, certainty and the sentence."""
