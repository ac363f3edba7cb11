"""Web sockets."""
