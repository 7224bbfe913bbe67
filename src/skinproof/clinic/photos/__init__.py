"""Photos of the skin: taken as guided, checked, kept outside the web's reach, and opened to whom they concern alone."""
