"""Evidence → the blocks of an answer."""
