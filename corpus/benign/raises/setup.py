"""Raises while it is asked anything. The run ends: nothing that needs metadata passes, and the report says the exception."""

raise RuntimeError("this release cannot be built")
