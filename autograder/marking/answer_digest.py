"""The digest of an answer: as long as it stays the same, a mark that was given for the answer stays true."""

import hashlib
from collections.abc import Iterable, Mapping


def answer_digest(texts: Iterable[str], files: Mapping[str, bytes] | None = None) -> str:
    """Return the digest of everything of a student's that a marker sees with one answer, 32 hexadecimal digits.

    Line ends, blanks at the end of lines and empty lines around a text change nothing: editors do. The student's name
    is no part of it, so that equal work of two students has equal digests.

    Args:
        texts: The answer, and other words that are shown with it, always in the same order.
        files: What was handed in and is shown with it, by name, in raw bytes; not the pictures made of it, which
            another version of a library draws in another way.
    """
    whole = hashlib.blake2b(digest_size=16)
    for text in texts:
        whole.update(hashlib.sha256(_normalised(text).encode("utf-8", "surrogatepass")).digest())
    for name, data in sorted((files or {}).items()):
        whole.update(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest() + hashlib.sha256(data).digest())
    return whole.hexdigest()


def _normalised(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
