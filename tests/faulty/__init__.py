"""A catalogue of small servers: one healthy, many with one fault each, many odd but healthy.

They share no code with the package: what judges them may not know them.
"""
