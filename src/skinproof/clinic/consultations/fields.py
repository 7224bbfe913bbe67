from django import forms


class KeptText(forms.CharField):
    """A long text. One that is too long is told by how much; its form shows what fits, to be shortened."""

    def __init__(self, *, limit: int, rows: int = 6, **keywords):
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": rows}), **keywords})
        self.limit = limit
        # No maxlength in the markup: a browser would cut off a pasted text without a word.

    def validate(self, value):
        super().validate(value)
        over = len(value) - self.limit
        if over > 0:
            raise forms.ValidationError(
                f"This is {over:,} characters too long: {self.limit:,} fit. Below is the first part of it.",
                code="max_length",
            )

    def bound_data(self, data, initial):
        data = super().bound_data(data, initial)
        return data[: self.limit] if isinstance(data, str) else data
