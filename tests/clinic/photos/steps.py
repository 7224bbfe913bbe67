"""Where photos are, and files to send, for tests."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinic import photo_files as files


def upload(content=None, name="IMG_0001.JPG", kind="image/jpeg"):
    return SimpleUploadedFile(name, files.photo(size=(400, 500)) if content is None else content, kind)


def page_of(consultation):
    return reverse("photos:page", args=[consultation.public_id])


def image_of(photo, size="full"):
    return reverse("photos:image", args=[photo.consultation.public_id, photo.public_id, size])


def desk_image(photo, size="full"):
    return reverse("case-photos:image", args=[photo.public_id, size])


def on_disk(shelf):
    return sorted(path for path in shelf.glob("*/*")) if shelf.exists() else []
