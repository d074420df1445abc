"""Certificates, their states and public verification."""
