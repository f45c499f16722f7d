"""The ways to a service: one seam, several transports."""
