"""What can be done with people and organisations: one file per verb."""
