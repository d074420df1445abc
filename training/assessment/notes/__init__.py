"""What somebody writes beside an item: private notes and flags, and reports that an item has a problem."""
