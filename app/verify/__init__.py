"""The parts of the Verify page: what is to be computed, the queue, and what came out."""
