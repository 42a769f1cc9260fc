"""Imports of files into a campaign published by a document."""
