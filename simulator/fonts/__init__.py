"""The font of Chinese figures, shipped so that pictures look the same on every machine. See README.md beside this file."""
