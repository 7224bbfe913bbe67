"""Read a PDF's pages in a process of its own, which can be stopped: `python -I _pdf_pages.py PAGES CHARACTERS`.

The PDF comes in on standard input; a JSON object goes out: `{"pages": [...]}`, or `{"fault": ...}` with one of
"locked", "pages", "text", or "damaged" and the kind of error. It imports nothing of the product, to start quickly.
"""

import io
import json
import logging
import sys

MEMORY = 1 << 30  # bytes; a page that unfolds to more is no document


def read(content: bytes, most_pages: int, most_text: int) -> dict[str, object]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings quote the document
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"fault": "locked"}
        if len(reader.pages) > most_pages:
            return {"fault": "pages"}
        pages: list[str] = []
        for page in reader.pages:
            pages.append(page.extract_text().strip())
            most_text -= len(pages[-1])
            if most_text < 0:
                return {"fault": "text"}
    except (DependencyError, FileNotDecryptedError):
        return {"fault": "locked"}
    except Exception as error:  # a damaged PDF can fail in any way
        return {"fault": "damaged", "error": type(error).__name__}
    return {"pages": pages}


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):  # no such limits here: the time limit still holds
        pass
    told = read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
