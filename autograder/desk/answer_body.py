"""One answer as safe HTML: what the student wrote, and the pictures that are shown beside it."""

from collections.abc import Callable, Iterator

from markupsafe import Markup

from ..formats.strict_markdown import strict_html
from ..marking.exhibits import Exhibit
from ..marking.student_answers import Answer

Address = Callable[[str, str], str]  # of a file by its name and version


def answer_html(answer: Answer, address: Address) -> Markup:
    """Return an answer as a marker reads it; `address` leads to the files that are shown with it."""
    parts = [strict_html(answer.text) if answer.text.strip() else NOTHING]
    for exhibit in answer.exhibits:
        parts += _shown(exhibit, address)
    if answer.references.strip():
        parts.append(Markup("<h3>References</h3>") + strict_html(answer.references))
    if answer.elsewhere.strip():
        parts.append(Markup("<h3>Found outside the answers</h3>") + strict_html(answer.elsewhere))
    return Markup("\n").join(parts)


NOTHING = Markup('<p class="nothing">Nothing was written here.</p>')


def _shown(exhibit: Exhibit, address: Address) -> Iterator[Markup]:
    if exhibit.note:
        yield Markup('<p class="nothing">{}</p>').format(exhibit.note)
    for picture in exhibit.pictures:
        image = Markup('<img src="{}" alt="{}" width="{}" height="{}">').format(
            address(picture.name, picture.version), picture.alt, picture.width, picture.height
        )
        yield Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(image, exhibit.title)
    if exhibit.original:
        link = address(exhibit.original, "")
        yield Markup('<p><a href="{}" download>Download {} as it was handed in</a></p>').format(link, exhibit.title)
    if exhibit.code:
        yield Markup('<pre tabindex="0" aria-label="Code that made the picture">{}</pre>').format(exhibit.code)
