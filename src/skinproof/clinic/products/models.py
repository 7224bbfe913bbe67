from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.care import products as rules
from skinproof.clinic.consultations.models import new_public_id


class Product(models.Model):
    """A product of the register. What is known of it stands in its versions."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    key = models.CharField(max_length=43, unique=True, editable=False)  # of the form that proposed it
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self):
        return f"product {self.public_id}"

    @property
    def latest(self) -> Version:
        return self.versions.order_by("-number").first()


class Version(models.Model):
    """What was on record of a product at one time. Kept as it was written; a later version counts."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    record = models.JSONField()  # `care.products.Product`
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["product", "number"]
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="products_versions_are_numbered"),
        ]

    def __str__(self):
        return f"version {self.pk} of a product"

    @property
    def content(self) -> rules.Product:
        return rules.Product.model_validate(self.record)

    @property
    def name(self) -> str:
        """'Example serum, by Example maker'"""
        content = self.content
        name = content.name or "A product without a name"
        return f"{name}, by {content.manufacturer}" if content.manufacturer else name

    @property
    def assessed(self) -> Assessment | None:
        """The assessment that counts: the last. Uses rows that were fetched already."""
        rows = sorted(self.assessments.all(), key=lambda row: row.pk)
        return rows[-1] if rows else None

    @property
    def state(self) -> rules.State:
        row = self.assessed
        return rules.state(row.content if row else None, today=timezone.localdate())

    @property
    def state_words(self) -> str:
        return rules.WORDS[self.state]


class Assessment(models.Model):
    """What a named doctor or owner made of one version. Kept as it was written; a later assessment counts."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="assessments")
    acceptable = models.BooleanField()
    forms = models.JSONField(default=list)  # that it is acceptable for
    reason = models.TextField()
    until = models.DateField(null=True, blank=True)  # the last day on which it holds
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)  # of whoever assessed, as it was
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acceptable=False) | models.Q(until__isnull=False),
                name="products_acceptable_until_a_day",
            ),
        ]

    def __str__(self):
        return f"assessment {self.pk}"

    @property
    def content(self) -> rules.Assessment:
        on = timezone.localtime(self.at).date()
        return rules.Assessment(
            acceptable=self.acceptable, forms=tuple(self.forms), by=self.name, on=on, until=self.until
        )


class PlanProduct(models.Model):
    """Which product a row of a plan gives. It goes with a draft that is thrown away, and is fixed once it is signed."""

    plan = models.ForeignKey("desk.Plan", models.CASCADE, related_name="products")
    form = models.CharField(max_length=60)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["plan", "form"], name="products_one_for_a_form")]

    def __str__(self):
        return f"product of a plan {self.pk}"
