"""What adopters and stewards say of a module: ratings, and the record of practice (B6 to B9, C10)."""
