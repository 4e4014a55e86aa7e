"""PDFs built by hand: harmless ones, and ones that want something of whoever opens them."""

from __future__ import annotations

import zlib

HELLO = b"BT /F1 36 Tf 72 700 Td (Steps of the derivation) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def pdf(objects: dict[int, bytes], catalog: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a file of numbered objects; 1 is the catalog, 2 the tree of pages."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog, **objects}
    data, offsets = b"%PDF-1.7\n", {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(
        b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
        for number in range(max(objects) + 1)
    )
    start = len(data)
    data += b"xref\n0 %d\n%s" % (max(objects) + 1, table)
    return data + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        max(objects) + 1,
        trailer,
        start,
    )


def pages(
    count: int = 1, box: bytes = b"0 0 595 842", content: bytes = HELLO, entries: bytes = b"", **more: bytes
) -> bytes:
    """Return a file of so many equal pages."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> >>"
    kids = b" ".join([b"3 0 R"] * count)
    return pdf(
        {
            2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
            3: page % (box, entries),
            4: stream(content),
            5: FONT,
            **{int(name[1:]): value for name, value in more.items()},
        }
    )


def nested_forms(depth: int = 12, times: int = 12) -> bytes:
    """Return a page that draws a form that draws a form ..., each many times: times ** depth drawings in all."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /X %d 0 R >> >>"
    forms = {f"o{n}": stream(b"/X Do " * times, form % (n + 1)) for n in range(10, 10 + depth)}
    forms[f"o{10 + depth}"] = stream(b"0 0 500 800 re f " * times, b"/Type /XObject /Subtype /Form /BBox [0 0 600 900]")
    return pages(content=b"/X Do", entries=b"/XObject << /X 10 0 R >>", **forms)


def picture_bomb(side: int = 60_000) -> bytes:
    """Return a page with a picture of gigabytes in a few kilobytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
    image = stream(packed, entries % (side, side) + b" /Filter /FlateDecode")
    return pages(content=b"500 0 0 500 0 0 cm /X Do", entries=b"/XObject << /X 6 0 R >>", o6=image)


def locked() -> bytes:
    """Return a file that asks for a password."""
    key = b"<" + b"41" * 32 + b">"
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >>" % (key, key)
    objects = {
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        6: encrypt,
    }
    return pdf(objects, trailer=b"/Encrypt 6 0 R /ID [<00><00>]")


def with_action(action: bytes) -> bytes:
    """Return one page, and something to do when the file is opened and when the page is."""
    objects = {
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /AA << /O 6 0 R >> "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        4: stream(HELLO),
        5: FONT,
        6: action,
    }
    return pdf(objects, catalog=b"/OpenAction 6 0 R")


# Each is drawn as one page with its words on it, and nothing else happens.
DRAWN = {
    "script": with_action(b"<< /S /JavaScript /JS (while (true) { app.alert\\(1\\); }) >>"),
    "launch": with_action(b"<< /S /Launch /F (/bin/sh) >>"),
    "address": with_action(b"<< /S /URI /URI (http://127.0.0.1:9/steal) >>"),
    "submit_form": with_action(b"<< /S /SubmitForm /F (http://127.0.0.1:9/steal) >>"),
    "other_file": with_action(b"<< /S /GoToR /F (/etc/passwd) /D [0 /Fit] >>"),
    "large_page": pages(box=b"0 0 14400 14400"),
    "largest_page": pages(box=b"0 0 100000000 100000000"),
    "small_page": pages(box=b"0 0 3 3"),
    "narrow_page": pages(box=b"0 0 1 14400"),
    "upside_down_page": pages(box=b"595 842 0 0"),
    "endless_page": pages(box=b"0 0 1e400 1e400"),
    "no_box": pages(box=b""),
    "external_stream": pages(entries=b"/XObject << /X 6 0 R >>", o6=stream(b"", b"/F (/etc/passwd)")),
}
# Each gives a sentence in place of pictures.
REFUSED = {
    "empty": b"",
    "words": b"I will send it tomorrow\n",
    "head_only": b"%PDF-1.7\n",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "no_pages": pdf({2: b"<< /Type /Pages /Count 0 /Kids [] >>"}),
    "pages_of_pages": pdf({2: b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"}),
    "many_pages_that_are_not_there": pdf({2: b"<< /Type /Pages /Count 1000000000 /Kids [] >>"}),
    "locked": locked(),
}
