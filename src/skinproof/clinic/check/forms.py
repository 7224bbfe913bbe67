"""What a visitor gives: a pasted text or a file, and from either one text."""

from __future__ import annotations

from typing import Any

from django import forms

from skinproof.claims.documents import Document, DocumentError, TooLargeError, read_document
from skinproof.language.text import LONGEST

PASTED = "Pasted text"


class CheckForm(forms.Form):
    """Cleans to `document`; `too_large` says that the answer is 413."""

    text = forms.CharField(
        label="Paste the words of an advert or a web page",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "input input--text", "rows": 10, "autocomplete": "off"}),
        help_text="Up to 1 MB of text. It is read here and then forgotten.",
    )
    file = forms.FileField(
        label="Or choose a file",
        required=False,
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"class": "input", "accept": ".txt,.md,.html,.htm,.pdf,.docx"}),
        help_text="Text, Markdown, a saved web page (.html), PDF or Word (.docx). Up to 10 MB.",
    )
    too_large = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.one_of_several = True  # neither is needed if the other is given, so neither is "if you want"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        text, file = given.get("text") or "", given.get("file")
        if self.errors:
            return given
        if text.strip() and file:
            raise forms.ValidationError("You pasted a text and chose a file. Send one of them at a time.")
        if file:
            given["document"] = self._read("file", file.read(), file.name)
        elif text.strip():
            if len(text) > LONGEST * 2:  # line ends count twice as browsers send them
                self._refuse("text", TooLargeError("This is more than 1 MB of text. Split it, and check each part."))
            else:
                given["document"] = self._read("text", text.encode("utf-8", "replace"), PASTED)
        else:
            self.add_error("text", "Paste a text, or choose a file.")
        return given

    def _read(self, field: str, content: bytes, name: str) -> Document | None:
        try:
            return read_document(content, name)
        except DocumentError as error:
            self._refuse(field, error)
            return None

    def _refuse(self, field: str, error: DocumentError) -> None:
        self.too_large = isinstance(error, TooLargeError)
        self.add_error(field, str(error))


class KeepForm(forms.Form):
    """A text that was just checked, sent back to be kept."""

    text = forms.CharField(strip=False, widget=forms.HiddenInput)
    source = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError("This is more than 1 MB of text.")
        return text
