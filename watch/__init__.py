"""Life after day one: which model serves. Off unless WATCH_URL names a blob account; nothing of a customer is kept."""
