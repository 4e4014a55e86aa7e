"""What axe-core finds on a page: against WCAG 2.1, levels A and AA, at the page's state and size of the moment.

No content policy of a page keeps it out, because it comes from the browser's debugger.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def findings(page: Page, within: str | None = None) -> list[str]:
    """Return a line for each element that breaks a rule: the rule, where the element is, and what is wrong with it.

    `within` is a selector of what alone is looked at; the time grows with the elements.
    """
    found = Axe().run(page, context=within, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
