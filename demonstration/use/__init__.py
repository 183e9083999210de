"""Who runs the demonstration's modules, how they rate them, what it gave back: figures of the seed documents, and made-up ones around them."""
