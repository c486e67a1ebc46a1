"""Indexes over the library: dense and lexical. Both can be rebuilt from it, neither is the truth."""
