"""The hidden checks: one file an item, each check a true sentence about right code.

They judge what a function does, never how it is written. `reference` holds the right mathematics in float64.
"""
