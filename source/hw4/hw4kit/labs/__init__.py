"""What the lab notebooks import: labelled digits, small networks, attacks, word models, and the closing table."""
