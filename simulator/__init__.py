"""sanshe."""
