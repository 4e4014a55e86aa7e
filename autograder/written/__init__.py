"""Written answers: the sheets, what students made of them, and what a marker sees beside an answer."""
