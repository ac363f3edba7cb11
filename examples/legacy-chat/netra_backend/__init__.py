"""The backend of a small chat."""
