from __future__ import annotations

from collections.abc import Iterable

from django import forms

from skinproof.care.photo_views import View

from . import checking
from .checking import PhotoError, Prepared
from .uploads import TOO_MUCH_TOGETHER


class PhotoField(forms.FileField):
    """A photo that cleans to `checking.Prepared`; None if none was chosen."""

    default_error_messages = {"missing": "No file came with this. Choose the photo again."}

    def __init__(self, view: View, *, camera: bool) -> None:
        attrs = {"class": "input", "accept": "image/*"}
        if camera:
            attrs["capture"] = "environment"
        super().__init__(
            label=view.name,
            required=False,
            allow_empty_file=True,
            max_length=1000,
            widget=forms.FileInput(attrs=attrs),
        )
        self.view = view
        self.one_of_several = True  # the page says of all that they are wished and not needed

    def clean(self, data, initial=None) -> Prepared | None:
        file = super().clean(data, initial)
        if file is None:
            return None
        try:
            return self._read(file)
        except PhotoError as error:
            raise forms.ValidationError(f"{self.view.name}: {error}", code="photo") from None

    def _read(self, file) -> Prepared:
        refused = getattr(file, "refused", "")
        if refused == TOO_MUCH_TOGETHER:
            raise PhotoError("Too much came at once, so this one was left out. Send it by itself.")
        if refused or file.size > checking.MOST_BYTES:
            raise checking.too_large()
        return checking.read(file.read())


class PhotosForm(forms.Form):
    """One field for each view. A field that is at fault keeps none of the others back."""

    def __init__(self, *args, views: Iterable[View], camera: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for view in views:
            self.fields[view.id] = PhotoField(view, camera=camera)

    @property
    def good(self) -> dict[str, Prepared]:
        """The photos that can be kept, by view; after `is_valid`, whatever it said."""
        return {view: photo for view, photo in self.cleaned_data.items() if photo is not None}
