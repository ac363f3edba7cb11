"""The application: routes, handlers, agents, services, and the sockets below them."""
