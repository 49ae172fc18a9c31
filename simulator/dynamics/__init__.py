"""Floor 4: how the city changes — arrays in, arrays out; one mechanism a file, with its equation and source."""
