"""A rule's row as text that a person can change, and back."""

from __future__ import annotations

import json
from typing import Any

import yaml

from skinproof.vocabulary import KnowledgeError, parse_yaml

NAME = "the rule"  # what messages call the text
LONGEST = 20_000  # characters
MOST_KEPT = 20 * LONGEST  # characters of JSON, in which a letter may take six


def written(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)


def read(text: str) -> Any:
    """
    Raises:
        KnowledgeError: not YAML, or too long; names the line.
    """
    if len(text) > LONGEST:
        raise KnowledgeError(NAME, "", f"longer than {LONGEST:,} characters")
    found = parse_yaml(text.encode("utf-8", "replace"), NAME)
    try:
        kept = json.dumps(found, allow_nan=False)
    except (TypeError, ValueError):
        raise KnowledgeError(
            NAME, "", "holds a date or a number that cannot be kept: put it in quotation marks"
        ) from None
    if len(kept) > MOST_KEPT:
        raise KnowledgeError(NAME, "", "stands for far more than is written: write out what it refers to")
    if "\\u0000" in kept:
        raise KnowledgeError(NAME, "", "holds a character that cannot be kept")
    return found
