# I see that *good* and *great* lie together, since reviews use them in the same places. Punctuation is apart.
