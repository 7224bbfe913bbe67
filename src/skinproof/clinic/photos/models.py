from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.clinic.consultations.models import Consultation, new_public_id

from . import storage


class Photo(models.Model):
    """One photo of a consultation. The row stays as it was written, but for when it was seen, taken away and erased.

    A person can take a photo away. If nobody of the clinic had opened it, its file is erased; if a doctor may have
    decided by it, it is kept as part of the record, marked as taken away, and shown as an earlier photo. The row stays
    in either case: it tells that there was a photo, and not what was on it.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="photos")
    view = models.CharField(max_length=40)  # of care's photo views
    name = models.CharField(max_length=64, unique=True, default=storage.new_name, editable=False)  # of its files
    sha256 = models.CharField(max_length=64, editable=False)  # of the file that is kept, hexadecimal
    bytes = models.PositiveIntegerField(editable=False)
    width = models.PositiveIntegerField(editable=False)  # pixels
    height = models.PositiveIntegerField(editable=False)
    hints = models.JSONField(default=list, editable=False)  # `measuring.HINTS`
    taken_on = models.DateField(null=True, blank=True, editable=False)  # as the camera noted it
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )  # nobody: a guest

    seen_at = models.DateTimeField(null=True, blank=True)  # when somebody of the clinic first opened it in full
    removed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)  # its files are gone

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["consultation", "removed_at", "id"], name="photos_of_consultation")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(removed_at__isnull=False, seen_at=None),
                name="photos_what_was_seen_is_not_erased",
            ),
            models.UniqueConstraint(
                fields=["consultation", "view"],
                condition=models.Q(removed_at=None),
                name="photos_one_of_a_view_now",
            ),
        ]

    def __str__(self):
        return f"photo {self.public_id}"
