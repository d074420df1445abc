"""Base, column types, engine, the request's session and the one place that commits."""
