"""Claims to be written for another language and an old format."""


def change(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "../../bin/sh", "display_name": "<b>bash</b>", "language": "bash"}
    notebook["metadata"]["language_info"] = {"name": "bash", "file_extension": "/../../etc/passwd"}
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 99
