"""For the clinic's owner: what the library holds, when it was checked, what is thin."""
