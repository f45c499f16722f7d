"""Readers of payload formats, one per format; each makes a circuit, or a program if there is control flow."""
