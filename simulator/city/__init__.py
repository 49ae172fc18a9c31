"""Floor 3: a district as it stands: residents, bodies, leaders, places, money and hours. Nothing here knows of time."""
