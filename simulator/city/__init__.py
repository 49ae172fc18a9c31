"""Floor 3: who lives here — state and its invariants, no time."""
