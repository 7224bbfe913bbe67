import re

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.core.exceptions import ValidationError

from .models import normalise_email

# What a mail program takes for an address and nothing else: no quoted part, which may hold control characters, no
# "=?", which mail programs decode to another address, no address of a machine in place of a domain.
PLAIN_ADDRESS = re.compile(r"(?!.*=\?)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)


class MailAddressField(forms.EmailField):
    """Where a letter goes. Cleans to the address as it is kept; see `normalise_email`."""

    default_error_messages = {"invalid": "Enter an email address, like name@example.org."}

    def __init__(self, **keywords):
        keywords.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "email"}))
        super().__init__(max_length=254, **keywords)

    def clean(self, value):
        address = normalise_email(super().clean(value))
        if address and not PLAIN_ADDRESS.fullmatch(address):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "That address and password do not match an account. Check both and try again.",
        "inactive": "That address and password do not match an account. Check both and try again.",
    }

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        address = self.fields["username"]
        address.label = "Email address"
        address.widget = forms.EmailInput(attrs={"autocomplete": "username", "maxlength": 254})
        self.fields["password"].max_length = 500
        self.fields["password"].label = "Password"


class EmailForm(forms.Form):
    email = MailAddressField(label="Email address", error_messages={"required": "Enter your email address."})


class NewPasswordForm(SetPasswordForm):
    """A new password, and a name for an account that has none yet."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="What the doctor may call you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    field_order = ["name", "new_password1", "new_password2"]

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        if user is None or user.name:  # None: the link was no good, and no form is shown
            del self.fields["name"]
        self.fields["new_password1"].label = "New password"
        self.fields["new_password1"].help_text = "At least 10 characters. Three random words are a good start."
        self.fields["new_password2"].label = "The same password again"
        self.fields["new_password2"].help_text = ""
        for field in ("new_password1", "new_password2"):
            self.fields[field].max_length = 500


class CodeForm(forms.Form):
    """A code from an authenticator app."""

    code = forms.RegexField(
        r"\A[0-9]{6}\Z",
        label="Code from your authenticator app",
        help_text="6 digits. A new one appears every 30 seconds, and each works once.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "maxlength": 12,
                "class": "input input--code",
            }
        ),
        error_messages={"required": "Enter the code.", "invalid": "Enter the 6 digits that your app shows."},
    )

    def __init__(self, data=None, *args, **kwargs):
        if data is not None and "code" in data:  # apps show "123 456"
            data = data.copy()
            data["code"] = data["code"].replace(" ", "")
        super().__init__(data, *args, **kwargs)
