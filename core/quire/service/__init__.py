"""The embedded quantum service: its verbs, its store, and what runs its jobs."""
