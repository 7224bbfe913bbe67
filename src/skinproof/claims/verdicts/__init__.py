"""From a promise and the findings to a verdict: effect, time, safety, cost, standing, and how much is known."""
