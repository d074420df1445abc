"""Modified Angoff sheets: where judges place the standard of a written exam, in two rounds."""
