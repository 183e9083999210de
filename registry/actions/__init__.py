"""Everything the product can do: one file for each verb."""
