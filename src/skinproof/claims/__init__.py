"""What is promised: finds claims in text and holds them against findings. Its mechanism comes with its own issue."""
