"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""
