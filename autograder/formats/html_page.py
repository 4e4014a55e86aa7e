"""What every HTML page of ours has in common: it loads nothing, and runs nothing of a student's."""

import base64
import hashlib
from pathlib import Path

import jinja2


def content_policy(style: str, script: str = "", *, pictures: bool = False) -> str:
    """Return a Content-Security-Policy that allows these two inline texts and nothing else, from nowhere.

    With `pictures`, those inside the page itself are shown.

    Hashes and not nonces: a nonce in a stored file is no secret, and would make equal pages differ.
    """
    scripts = f"script-src {_source_hash(script)}; " if script else ""
    shown = "img-src data:; " if pictures else ""
    return (
        f"default-src 'none'; {scripts}{shown}style-src {_source_hash(style)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def environment(folder: Path) -> jinja2.Environment:
    """Return a Jinja environment for the templates of a folder: it escapes by default, and knows no silent gaps."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
