"""Floor 1: the words everybody shares — refusals, units, months, random streams, labels, vocabulary."""
