from contextlib import suppress

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.encoding import punycode

from skinproof.clinic.audit.models import ROLE_WORDS


class Role(models.TextChoices):
    """What an account is for. A role opens its own pages and no others."""

    PERSON = "person"
    DOCTOR = "doctor"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"  # reviews prescriptions and rules
    EDITOR = "editor"  # of the evidence: proposes changes of rules
    OWNER = "owner"


STAFF = (Role.DOCTOR, Role.NURSE, Role.PHARMACIST, Role.EDITOR, Role.OWNER)
REGISTERED = {Role.NURSE: "NMC", Role.PHARMACIST: "GPhC"}  # with which register, beside the doctors' GMC


def normalise_email(address: str) -> str:
    """An address as it is kept, looked up and counted: without spaces around it, in lower case, its domain as mail
    servers name it (exämple.org is xn--exmple-cua.org), so that one mailbox has one address."""
    local, at, domain = address.strip().rpartition("@")
    with suppress(UnicodeError):  # what is no domain stays as it is; a form refuses it
        domain = punycode(domain)
    return f"{local}{at}{domain}".lower()


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email=normalise_email(email))


class User(AbstractBaseUser):
    """Anyone who signs in, by email address."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role, default=Role.PERSON)
    gmc_number = models.CharField(
        "GMC number",
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"\A[0-9]{7}\Z", "A GMC number has 7 digits.")],
        help_text="The doctor's professional registration, shown on the plans they sign.",
    )
    registration = models.CharField(
        max_length=20, blank=True, help_text="A nurse’s or pharmacist’s number in their professional register."
    )
    # A doctor who is named as a reviewer of safety rules; a pharmacist reviewer is one by role.
    reviews_rules = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="people_one_account_an_address"),
            models.CheckConstraint(
                condition=~models.Q(role=Role.DOCTOR) | (~models.Q(name="") & ~models.Q(gmc_number="")),
                name="people_doctor_is_named_and_registered",
            ),
            models.CheckConstraint(
                condition=models.Q(reviews_rules=False) | models.Q(role=Role.DOCTOR),
                name="people_only_doctors_are_named_as_reviewers",
            ),
        ]

    def __str__(self):
        return f"{self.role} {self.pk}"  # it may end in a log, where no name or address belongs

    def save(self, *args, **kwargs):
        self.email = normalise_email(self.email)
        super().save(*args, **kwargs)

    @property
    def is_staff_member(self) -> bool:
        return self.role in STAFF

    @property
    def is_reviewer(self) -> bool:
        """Whether this account may sign off, amend and suspend safety rules."""
        return self.role == Role.PHARMACIST or (self.role == Role.DOCTOR and self.reviews_rules)

    @property
    def reviewer(self) -> str:
        """How a rule names who reviewed it."""
        if self.role == Role.DOCTOR:
            return self.prescriber
        register = REGISTERED.get(self.role, "")
        number = f", {register} number {self.registration}" if register and self.registration else ""
        return f"{self.name}, {ROLE_WORDS[self.role]}{number}"

    @property
    def prescriber(self) -> str:
        """How a plan names the doctor who signed it."""
        return f"{self.name}, GMC number {self.gmc_number}"
