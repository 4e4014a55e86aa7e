"""Text that wants to run in the browser of whoever reads it, and submissions that are full of it.

Each payload leaves the canary's name behind if it works: as a variable of the window, in a dialog, in an address that
is asked for, or as an id or class of an element.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence

import nbformat
from handed_in import packed
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.course import sheets
from autograder.model.assignment import Assignment

CANARY = "hw4canary"
RUN = f"window.{CANARY}=1"
FETCHED = f"http://127.0.0.1:9/{CANARY}"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
SVG_ADDRESS = "data:image/svg+xml;base64," + base64.b64encode(SVG.encode()).decode()
PAGE_ADDRESS = "data:text/html;base64," + base64.b64encode(f"<script>parent.{CANARY}=1</script>".encode()).decode()

HTML = (
    f"<script>{RUN}</script>",
    f"<script>alert('{CANARY}')</script>",
    f"<script src={FETCHED}></script>",
    f"<img src=x onerror={RUN}>",
    f"<IMG/SRC='{FETCHED}.png'>",
    f"<svg/onload={RUN}>",
    f'<iframe srcdoc="<script>parent.{CANARY}=1</script>"></iframe>',
    f"<iframe src='javascript:parent.{CANARY}=1'></iframe>",
    f"<object data='{PAGE_ADDRESS}'></object>",
    f"<embed src='{SVG_ADDRESS}'>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<form id={CANARY} action={FETCHED}><button class={CANARY}>Save</button></form>",
    f"<a id={CANARY} href=javascript:{RUN}>x</a>",
    f"<style>@import url({FETCHED}.css); * {{ background: url({FETCHED}) }}</style>",
    f"<link rel=stylesheet href={FETCHED}.css>",
    f"<div style='position:fixed;inset:0;background:url({FETCHED})' class={CANARY}></div>",
    f"<meta http-equiv=refresh content='0;url={FETCHED}'>",
    f"<base href={FETCHED}/>",
    f"<math><mtext></p><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={RUN}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<template shadowrootmode=open><script>{RUN}</script></template>",
)
BREAKERS = (  # what ends the element, the attribute or the script that a page puts text into
    f'"><script>{RUN}</script>',
    f"' onmouseover={RUN} autofocus onfocus={RUN} x='",
    f"</script><script>{RUN}</script>",
    f"</textarea></title></style></pre></template><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"{{{{ '' }}}}{{% raw %}}${{{RUN}}}<%= {RUN} %>",
    f"\x1b]8;;javascript:{RUN}\x07x\x1b]8;;\x07\x1b[31m<b id={CANARY}>\x1b[0m",
    f"<!-- <plaintext> <svg> <math> <select> <table> <script>{RUN}",
    f"\u202e<script>{RUN}</script>\u2066\u200b\ufeff\u2028",
)
MARKDOWN = (
    f"[x](javascript:{RUN})",
    f"[x](JaVa&#115;cript:{RUN} 'title')",
    f"![x]({FETCHED}.png)",
    f"![x]({SVG_ADDRESS})",
    f"![x](attachment:{CANARY}.svg)",
    f"[x][l]\n\n[l]: javascript:{RUN}",
    f"<javascript:{RUN}>",
    f"# Heading {{#{CANARY}}}",
    f'```mermaid\ngraph TD; A["<img src=x onerror={RUN}>"]; click A href "javascript:{RUN}"\n```',
    f"~~~html\n<script>{RUN}</script>\n~~~",
    f"`` ` ``<script>{RUN}</script>",
    rf"$\href{{javascript:{RUN}}}{{x}}$",
    rf"$$\require{{html}}\class{{{CANARY}}}{{x}}\cssId{{{CANARY}}}{{y}}\style{{background:url({FETCHED})}}{{z}}$$",
    rf"$\require{{action}}\toggle{{x}}{{y}}\endtoggle\mathtip{{x}}{{{CANARY}}}$",
    rf"$\unicode{{<img src=x onerror={RUN}>}}\text{{<img src=x onerror={RUN}>}}$",
    rf"\begin{{align}} \href{{javascript:{RUN}}}{{x}} & <script>{RUN}</script> \end{{align}}",
    rf"\\(\href{{javascript:{RUN}}}{{x}}\\)",
    r"$\def\x{\x\x}\x$ $\newcommand{\y}{" + "\\frac{1}" * 40 + r"2}\y$",
    "x" * 50_000,
)
TEXTS = (*HTML, *BREAKERS, *MARKDOWN)
KINDS = (
    "text/html", "image/svg+xml", "application/javascript", "text/markdown", "text/latex", "application/pdf",
    "application/vnd.jupyter.widget-view+json", "application/json", "image/png", "image/jpeg", "image/gif",
    "text/plain",
)  # fmt: skip
NAMES = ("each_alone_HW4.zip", "each_with_all_HW4.zip", f"<img src=x onerror={RUN}>.zip", f"' onclick='{RUN}_HW4.zip")
# What a payload leaves in the page if it works: a variable, an element of its name, a handler, an address.
TRACES = """canary => {
    const found = window[canary] === undefined ? [] : ["a script ran"];
    for (const element of document.querySelectorAll("*")) {
        for (const {name, value} of element.attributes) {
            const acts = name.startsWith("on") || ["id", "class", "name", "style", "srcdoc", "action"].includes(name);
            const loads = ["src", "data", "formaction", "background", "poster"].includes(name);
            const leads = ["href", "xlink:href"].includes(name) && !/^(https?:|\\/|#)/i.test(value);
            if ((acts || loads || leads) && value.includes(canary)) found.push(element.outerHTML.slice(0, 300));
            if ((loads || leads) && /^\\s*(javascript:|data:(text|image.svg))/i.test(value)) found.push(name + value);
        }
        const raw = element.matches("script:not([type^=math]), style, meta, base, template");
        if (raw && element.outerHTML.includes(canary)) found.push(element.outerHTML.slice(0, 300));
    }
    return found;
}"""
Texts = Sequence[str]


def submissions(assignment: Assignment) -> dict[str, bytes]:
    """Return zips by file name: each payload alone in its place, all of them at once, and names that are payloads."""
    together = "\n\n".join(text for text in TEXTS if len(text) < 10_000)
    named = {f"{HTML[3]}/{HTML[3]}.ipynb": b"{}", f"{HTML[3]}.exe": b"x"}
    sent = (packed(_files(assignment, TEXTS)), packed(_files(assignment, [together])), packed(named), b"no zip")
    return dict(zip(NAMES, sent, strict=True))


def _files(assignment: Assignment, texts: Texts) -> dict[str, bytes]:
    files = {f"{text[:60].replace('/', ':')}.txt": b"x" for text in HTML}
    files |= {f"{name}.ipynb": json.dumps(_notebook(assignment, name, texts)).encode() for name in assignment.notebooks}
    for name in assignment.sheets:
        files[f"answers/{name}.md"] = _sheet(sheets.released_text(assignment.sheet(name)), texts).encode()
    return files | {"word_vectors.png": SVG.encode(), "derivation.pdf": b"%PDF-1.7\n" + SVG.encode()}


def _sheet(text: str, texts: Texts) -> str:
    answers = text.replace("**Answer.**", "**Answer.**\n\n" + "\n\n".join(texts)).replace(
        "```formula\n", f"```formula\n{HTML[0]}\n"
    )
    return f"{texts[0]}\n\n{answers}\n\n" + "\n\n".join(texts)


def _notebook(assignment: Assignment, name: str, texts: Texts) -> dict:
    notebook = json.loads(nbformat.writes(assignment.source_notebook(name)))
    for number, cell in enumerate(notebook["cells"]):
        meta = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code":
            cell["outputs"] = list(_outputs([texts[number % len(texts)]]))
        if meta.get("solution"):
            cell["source"] = "\n\n".join(texts) if cell["cell_type"] == "markdown" else _code(meta["grade_id"], texts)
            cell["attachments"] = {f"{CANARY}.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()}}
    own = [new_markdown_cell(text) for text in texts] + [
        new_code_cell(f"raise ValueError({text!r})") for text in texts[:30]
    ]
    own += [new_code_cell(f"# {HTML[0]}\n{HTML[3]!r}", outputs=list(_outputs([text]))) for text in texts]
    notebook["cells"][0:0] = own
    notebook["metadata"] = {
        "kernelspec": {"name": HTML[0], "language": HTML[3]},
        "title": HTML[0],
        "widgets": {HTML[0]: 1},
    }
    return notebook


def _code(grade_id: str, texts: Texts) -> str:
    """Return a solution cell that shows and raises the payloads; of one item, a type of its own with such a name."""
    name = grade_id.removesuffix("_solution")
    if name == "word_vectors":
        return f"def run_time_minutes():\n    return {HTML[0]!r}"
    text = "\n".join(texts)[:4000]
    return f"def {name}(*args, **kwargs):\n    raise type({HTML[3]!r}, (Exception,), {{}})({text!r})"


def _outputs(texts: Texts) -> Iterator[dict]:
    for text in texts:
        yield {"output_type": "display_data", "metadata": {"x": text}, "data": dict.fromkeys(KINDS, text)}
        yield {"output_type": "stream", "name": text, "text": text}
        yield {"output_type": "error", "ename": text, "evalue": text, "traceback": [text, f"\x1b[31m{text}"]}
    for kind in KINDS:
        yield {"output_type": "display_data", "metadata": {}, "data": {kind: SVG, "text/plain": texts[0]}}
