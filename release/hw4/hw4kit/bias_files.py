"""The files that the lab on bias in word vectors reads, and where each is below a data folder."""

VECTORS = "extra/embeddings_w2v/GoogleNews-vectors-negative300-bolukbasi.bin"
WORD_LISTS = "extra/debiaswe/bolukbasi.json"
# Pairs of words with the likeness that people gave them.
SIMILARITIES = {"RG": "extra/wordsim/RG_word.tsv", "WS": "extra/wordsim/wordsim353.tsv"}
ANALOGIES = "extra/analogy/MSR-syntax.txt"

# The authors keep their lists in a file each; a data folder may hold these instead of WORD_LISTS.
SEPARATE_LISTS = {
    "definitional_pairs": "extra/debiaswe/definitional_pairs.json",
    "equalize_pairs": "extra/debiaswe/equalize_pairs.json",
    "professions": "extra/debiaswe/professions.json",
    "specific_full": "extra/debiaswe/gender_specific_full.json",
}
