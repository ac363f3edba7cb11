"""What routes and agents are built from."""
