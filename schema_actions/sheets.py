"""The key of an action sheet, and the sections that an evaluation writes of it."""

# In the order of the common template; their labels are in `templatetags.sheet_display`.
SECTIONS = ("done", "results", "planned", "vigilance")


def sheet_key(code: str, variant: str) -> str:
    """How a sheet is named in an address: "1.1.1", "1.3.1-enfance"."""
    return f"{code}-{variant}" if variant else code
