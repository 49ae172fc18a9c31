"""Many points, policies and replicates: designed, done on any number of workers, stored, taken up again and read back."""
