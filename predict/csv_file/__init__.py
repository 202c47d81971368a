"""CSV files: read, scored and written. Training reads its customers through this room, too."""
