"""What automation gave back, and what shows it: baselines, claims, evidence, forecasts (C5, C6, C9)."""
