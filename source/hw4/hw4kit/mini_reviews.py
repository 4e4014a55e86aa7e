"""Write film reviews by a grammar, for the mini version of the Treebank.

Words of one kind stand in the same places, and praise and blame are never mixed, so word vectors cluster.
"""

import numpy as np

# Expansions of each symbol, separated by bars. An upper-case word is a symbol; every other word stands for itself.
# A symbol that ends in _ exists twice, for praise (with + in its place) and for blame (with -).
GRAMMAR = {
    "REVIEW_": "CLAUSE_ END_ | CLAUSE_ , and CLAUSE_ END_ | SCENE . | ADJ_ and ADJ_ END_ | ASIDE_ END_ | ADDRESS_ END_"
    " | COMPARE_ END_ | QUOTE_ END_ | CLAUSE_ -- ADJ_ , ADJ_ and ADJ_ END_ | SCENE , and CLAUSE_ END_",
    "CLAUSE_": "FILM is ADV_ ADJ_ | FILM is a ADJ_ GENRE | this is a ADJ_ , ADJ_ GENRE | the PART is ADJ_"
    " | the PART and the PART are ADV_ ADJ_ | NAME gives a ADJ_ performance | PERSON VERB_ | the PART VERB_"
    " | it 's ADJ_ and ADJ_ | FILM has a ADJ_ PART and a ADJ_ PART | NAME 's PART is ADV_ ADJ_ | EFFECT_"
    " | NAME plays a WHO with ADJ_ PART",
    "EFFECT_": "the audience will ENJOY_ the PART | FILM will make you ENJOY_ every minute | i ENJOY_ such a GENRE",
    "ENJOY_+": "love | enjoy | like | admire | remember | treasure",
    "ENJOY_-": "hate | regret | dislike | forget | endure | resent",
    "ADDRESS_": "if you like a ADJ_ GENRE , ADVICE_ | ADVICE_ | ADVICE_ , because CLAUSE_",
    "ADVICE_+": "see it | go and see this film | it is well worth your time | do n't miss it | it is worth a look",
    "ADVICE_-": "skip it | stay away from this film | it is a waste of time | do n't bother | it is a waste of money",
    "COMPARE_": "FILM is as ADJ_ as the first one | FILM is more ADJ_ than it is ADJ_ | NAME is at his most ADJ_"
    " | NAME is at her most ADJ_",
    "QUOTE_": "`` TITLE '' is a ADJ_ GENRE | `` TITLE '' VERB_ | NAME 's `` TITLE '' is ADV_ ADJ_",
    "ASIDE_": "FILM -LRB- from NAME -RRB- is ADV_ ADJ_ | NAME -LRB- `` TITLE '' -RRB- gives a ADJ_ performance",
    "SCENE": "the WHO and the WHO walk in the WEATHER | the WHO drinks DRINK with the WHO | a WHO meets a WHO"
    " | the WHO leaves the PLACE in the WEATHER | the WHO has a cup of DRINK in the PLACE"
    " | the WEATHER falls on the PLACE | a young WHO falls in love with a WHO"
    " | the WHO waits in the PLACE , with DRINK and a book",
    "END_+": ". | . | . | . | !",
    "END_-": ". | . | . | . | ?",
    "FILM": "the film | the film | the movie | this movie | it | NAME 's GENRE | the GENRE | the picture",
    "TITLE": "Night Train | Blue Lantern | The Last Letter | Seven Doors | North of June | Paper Boats",
    "GENRE": "comedy | drama | thriller | romance | documentary | western | musical | biopic | sequel | horror film"
    " | action film | fairy tale | love story | writer\\/director comedy",
    "PART": "plot | script | story | dialogue | acting | direction | music | ending | camera work | humor | pace | cast"
    " | photography | premise | soundtrack | lighting | editing",
    "PERSON": "NAME | NAME | the director | the actor | the actress | the writer | the star | the cast",
    "NAME": "Anna Keller | Martin Hale | Rosa Delgado | Peter Lindt | AmÃ©lie Roux | Tom Archer | JosÃ© Marin"
    " | Grace Okoro | Henry Vance | Lena Falk | Oscar Brandt | Mei Tanaka",
    "WHO": "king | queen | man | woman | boy | girl | father | mother | brother | sister | soldier | teacher | doctor"
    " | thief | prince | princess | male lead | female lead",
    "WEATHER": "rain | snow | hail | wind | storm | fog",
    "DRINK": "coffee | tea | wine | milk | cocoa",
    "PLACE": "city | village | castle | school | station | garden | hotel | kitchen | harbor",
    "ADJ_+": "good | great | wonderful | brilliant | amazing | sweet | enjoyable | cool | funny | charming | moving"
    " | clever | fresh | beautiful | delightful | gripping | warm | touching | witty | superb | tender | smart",
    "ADJ_-": "bad | boring | dumb | annoying | dull | awful | terrible | silly | tedious | stale | clumsy | lazy | flat"
    " | predictable | bland | ugly | shallow | pointless | stupid | painful | lifeless | weak | clichÃ©d",
    "ADV_+": "wonderfully | really | truly | always | surprisingly | quietly | remarkably | deeply",
    "ADV_-": "painfully | really | hopelessly | never less than | terribly | mostly | utterly | simply",
    "VERB_+": "delights | shines | surprises | enchants | works | touches the heart | sparkles | never disappoints"
    " | succeeds | charms",
    "VERB_-": "bores | fails | annoys | drags | disappoints | falls apart | goes nowhere | does n't work | stumbles"
    " | irritates",
}


def write_reviews(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` reviews of one sentence each, in the Treebank's own form.

    That form has words with blanks between, `-LRB-` for a bracket, and accents that were encoded twice.
    """
    return [_review("+" if rng.random() < 0.5 else "-", rng) for _ in range(count)]


def _review(mood: str, rng: np.random.Generator) -> str:
    while True:
        words = _expand("REVIEW_", mood, rng)
        long_words = [word for word in words if len(word) > 3]
        if len(long_words) == len(set(long_words)):  # no "good plot and good plot"
            break
    for place, following in enumerate(words[1:]):
        if words[place] == "a" and following[0] in "aeiou":
            words[place] = "an"
    sentence = " ".join(words)
    return sentence[0].upper() + sentence[1:]


def _expand(symbol: str, mood: str, rng: np.random.Generator) -> list[str]:
    choices = EXPANSIONS.get(symbol) or EXPANSIONS.get(symbol + mood)
    if choices is None:
        return [symbol]
    # Squaring prefers the first choices, so that some words are frequent and some rare, as in real text.
    choice = choices[int(len(choices) * rng.random() ** 2)] if len(choices) > 4 else choices[rng.integers(len(choices))]
    return [word for part in choice for word in _expand(part, mood, rng)]


EXPANSIONS = {symbol: [choice.split() for choice in text.split("|")] for symbol, text in GRAMMAR.items()}
