"""Ask the desk's server as a page of it does, one request after the other, and time each."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import marking_server
from marking_server import TOKEN, Server

ROUNDS = 200
LOOK_S = 0.5
QUESTIONS = ("cbow_structure", "grad_neg_v")  # the one with the largest groups, and one with a formula


def measured(out: Path, assignment: str) -> Mapping[str, Sequence[float]]:
    """Return milliseconds by kind of request: an answer is shown, marked and left again and again, then the questions.

    What the server does once, as grouping the answers of a question, comes before.
    """
    times: dict[str, list[float]] = defaultdict(list)
    with marking_server.running(out, assignment) as server:
        asking = _Asking(server, times)
        asking.start(f"/marking/{assignment}/question/{QUESTIONS[0]}")
        asking.ask("first", f"/marking/{assignment}")
        times.clear()
        for question in QUESTIONS:
            place = f"/marking/{assignment}/question/{question}"
            address = asking.start(place)
            for _ in range(ROUNDS // len(QUESTIONS)):
                shown = asking.ask("answer", f"{address}?part=yes")
                data = dict(re.findall(r'data-(\w+)="([^"]*)"', shown["html"]))
                ticks = re.findall(r'data-id="([^"]+)" data-kind="points"', shown["html"])[:1]
                seen = json.loads(data["seen"].replace("&#34;", '"').replace("&quot;", '"'))
                decision = {"ticks": ticks, "adjustment": 0, "reason": "", "comment": "", "flagged": False}
                body = {**decision, "version": int(data["version"]), "seen": seen, "done": True}
                asking.ask("save", f"{address}/save", body)
                following = asking.ask("next", f"{place}/next", {"without": data["key"]})
                if "finished" in following:
                    break
                address = re.search(r'data-address="([^"]+)"', following["html"])[1]
        for _ in range(ROUNDS // 2):
            asking.ask("questions", f"/marking/{assignment}")
    return times


def share(times_ms: Sequence[float], part: float) -> float:
    """Return the time that this part of the requests did not exceed."""
    return sorted(times_ms)[min(len(times_ms) - 1, int(part * len(times_ms)))]


class _Asking:
    """One connection and one set of cookies, as a browser has."""

    def __init__(self, server: Server, times: dict[str, list[float]]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(server.origin).netloc)
        self._times, self._cookies = times, SimpleCookie[str]()

    def start(self, address: str) -> str:
        """Return where the first answer of a question is, as soon as the class is loaded."""
        while True:
            answer = self._asked(address, None)
            answer.read()
            if place := answer.headers["Location"]:
                return place
            time.sleep(LOOK_S)

    def ask(self, kind: str, address: str, body: dict | None = None) -> dict:
        """Return what is answered, and note how long it took; {} for a page."""
        started = time.perf_counter()
        answer = self._asked(address, body)
        data = answer.read()
        self._times[kind].append(1000 * (time.perf_counter() - started))
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status} {data[:300]!r}")
        return json.loads(data) if answer.headers["Content-Type"].startswith("application/json") else {}

    def _asked(self, address: str, body: dict | None) -> http.client.HTTPResponse:
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json", "Accept": "application/json"}
        headers["Cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())
        data = None if body is None else json.dumps(body)
        self._connection.request("GET" if body is None else "POST", address, data, headers)
        answer = self._connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies.load(line)
        return answer
