"""Authored Markdown and framework files, read into typed documents or into problems by file and line."""
