"""The commands, one file each. Imports every room; no room imports it."""
