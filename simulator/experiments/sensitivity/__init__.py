"""Which of the numbers that vary a measure depends on, how surely, and whether the sample is large enough to say so."""
