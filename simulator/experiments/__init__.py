"""Floor 8: many runs — replicates on processes, kept as they finish, the same whatever the number of workers."""
