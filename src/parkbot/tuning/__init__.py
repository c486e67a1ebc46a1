"""Learning from a library's own questions how to turn the vectors of questions towards its measures."""
