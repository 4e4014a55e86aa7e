"""The addresses of the desk's pages, and what answers at each."""

from . import actions, pages, request_actions, rubric_pages
from .addresses import KEY, NAME
from .strict_handler import StrictHandler

_QUESTION = rf"/marking/{NAME}/question/{NAME}"
_REQUESTS = rf"/marking/{NAME}/requests"
_REQUEST = rf"{_REQUESTS}/{NAME}/([0-9a-f]{{10}})"
HANDLERS: tuple[tuple[str, type[StrictHandler]], ...] = (
    (r"/marking", pages.HomeHandler),
    (rf"/marking/{NAME}", pages.OverviewHandler),
    (rf"/marking/{NAME}/find", pages.FindHandler),
    (rf"/marking/{NAME}/agreement", pages.AgreementHandler),
    (rf"/marking/{NAME}/student/([0-9a-f]{{10}})", pages.StudentHandler),
    (rf"/marking/{NAME}/file/([0-9a-f]{{10}})/{NAME}", pages.FileHandler),
    (_REQUESTS, request_actions.QueueHandler),
    (rf"{_REQUESTS}/next", request_actions.NextRequestHandler),
    (rf"{_REQUESTS}/renew", request_actions.RenewRequestsHandler),
    (rf"{_REQUESTS}/release", request_actions.ReleaseRequestsHandler),
    (rf"{_REQUESTS}/undo", request_actions.UndoAnswerHandler),
    (rf"{_REQUESTS}/preview", request_actions.ReplyPreviewHandler),
    (_REQUEST, request_actions.RequestPageHandler),
    (rf"{_REQUEST}/save", request_actions.AnswerRequestHandler),
    (rf"{_REQUEST}/(members|model|history)", request_actions.RequestPanelHandler),
    (_QUESTION, pages.QuestionHandler),
    (rf"{_QUESTION}/{KEY}", pages.AnswerPageHandler),
    (rf"{_QUESTION}/{KEY}/save", actions.SaveHandler),
    (rf"{_QUESTION}/{KEY}/take-out", actions.TakeOutHandler),
    (rf"{_QUESTION}/{KEY}/(members|model|history)", actions.PanelHandler),
    (rf"{_QUESTION}/next", actions.NextHandler),
    (rf"{_QUESTION}/renew", actions.RenewHandler),
    (rf"{_QUESTION}/release", actions.ReleaseHandler),
    (rf"{_QUESTION}/undo", actions.UndoHandler),
    (rf"{_QUESTION}/preview", actions.PreviewHandler),
    (rf"{_QUESTION}/rubric", rubric_pages.RubricHandler),
    (rf"{_QUESTION}/rubric/preview", rubric_pages.RubricPreviewHandler),
    (rf"{_QUESTION}/rubric/adopt", rubric_pages.AdoptHandler),
    (rf"{_QUESTION}/rubric/keep", rubric_pages.KeepHandler),
)
