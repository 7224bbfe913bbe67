"""The statistics, from effect sizes to networks: arrays in, results out. Knows nothing of studies, skin or files."""
