"""Floor 5: what is measured — pure functions of the state — and the record of a run."""
