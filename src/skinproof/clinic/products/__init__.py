"""The register of products: what is on record of each, who read which proof, and who found it acceptable."""
