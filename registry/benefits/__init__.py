"""What automation gave back: claims with their evidence, the sums behind them, and forecasts from them."""
