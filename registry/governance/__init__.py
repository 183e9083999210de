"""What the law and good order ask of a release before others may use it."""
