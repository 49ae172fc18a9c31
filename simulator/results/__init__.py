"""Floor 7: what the runs say — labelled data, summary, paired comparison, figures, and the folder that holds them."""
