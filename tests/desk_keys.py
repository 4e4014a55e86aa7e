"""A marker at the keyboard of a real browser: nothing here can point or click."""

from __future__ import annotations

from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 80  # from one end of a page to the other
NAME_OF_FOCUS = """() => {
    const at = document.activeElement;
    return at === document.body ? "" : at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "";
}"""


class Keys:
    """The marking desk in one page of a browser, by keys alone."""

    def __init__(self, page: Page, address: str) -> None:
        """Open an address."""
        self._page = page
        page.goto(address)

    @property
    def key(self) -> str:
        """The key of the answer that is shown, "" on any other page."""
        return self.part(".sheet, main").first.get_attribute("data-key") or ""

    @property
    def answer(self) -> str:
        """What the student wrote, as far as it is seen."""
        return self.part("#answer").inner_text()

    def part(self, selector: str) -> Locator:
        """Return a part of the page, to be read."""
        return self._page.locator(selector)

    def go_to(self, address: str) -> Keys:
        """Open another address of the same server."""
        self._page.goto(urljoin(self._page.url, address))
        return self

    def press(self, *keys: str) -> Keys:
        """Press keys one after the other."""
        for key in keys:
            self._page.keyboard.press(key)
        return self

    def write(self, text: str) -> Keys:
        """Type into what has the focus."""
        self._page.keyboard.type(text)
        return self

    def tab_to(self, name: str) -> Keys:
        """Press Tab until something of this name has the focus."""
        seen = []
        for _ in range(MOST_TABS):
            self.press("Tab")
            seen.append(self._page.evaluate(NAME_OF_FOCUS))
            if seen[-1].startswith(name):
                return self
        raise AssertionError(f"Tab does not reach {name!r}, only {seen}")

    def see(self, selector: str, text: str) -> Keys:
        """Wait until a part of the page says something."""
        expect(self.part(selector)).to_contain_text(text)
        return self

    def appear(self, selector: str) -> Keys:
        """Wait until a part of the page is there to be seen."""
        self.part(selector).first.wait_for(state="visible")
        return self

    def go_on(self, key: str = "Enter") -> Keys:
        """Press a key that leads to another answer, or to a page where none is left; wait for it."""
        shown = self.key
        self.press(key)
        others = f'.sheet:not([data-key="{shown}"]), main.wide-page' if shown else ".sheet"
        self.part(others).first.wait_for(state="attached")
        return self
