"""Words of a kind: any two of a line can often replace each other in a film review.

The lists were written down from what the words are, before anybody looked at their vectors. Each word occurs 25 times
or more in the Treebank, so that training has moved it.
"""

KINDS: dict[str, str] = {
    "kinds of film": "comedy drama thriller romance documentary melodrama satire",
    "parts of a film": "plot story script dialogue screenplay ending characters scenes",
    "makers of a film": "director filmmaker writer actor actress cast star",
    "praise": "funny charming entertaining enjoyable smart clever delightful fresh",
    "blame": "dull boring silly predictable flat tedious stupid awful",
    "what a film has": "humor wit charm passion suspense energy",
    "people": "man woman men women boy girl kids children",
    "time": "year years day days hour hours minutes",
    "being": "is was are were be been being",
    "having and doing": "has have had do does did",
    "modal verbs": "can could will would should might may must",
    "owners": "his her its their your our my",
    "pronouns": "i you he she we they it",
    "prepositions": "of in on at with from for into",
    "degrees": "very too so quite rather really",
    "conjunctions": "and but or because although while if",
    "questions": "who what when where why how",
    "seeing": "see watch watching seen look",
    "making": "make makes made making",
    "punctuation": ", . ! ? : ; --",
}
