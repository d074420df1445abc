"""The framework as people and machines read it: its rules, its versions and whom a new one affects, CASE 1.1."""
