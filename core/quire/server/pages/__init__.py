"""The job management page: sessions and jobs for people, in a browser; nothing here is for programs."""
