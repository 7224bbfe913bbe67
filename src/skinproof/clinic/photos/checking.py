"""A file that somebody sends, as a photo that may be kept: known by its content, within limits, and drawn anew.

What is kept is never the file that was sent. Its pixels are turned upright, brought to sRGB and written as a new JPEG,
so that nothing else in it survives: no place, no camera, no comment, no second image, no bytes behind its end.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from .measuring import hints

MOST_BYTES = 12_000_000  # of one file; a phone's photo has 2 to 8 million
MOST_PIXELS = {"JPEG": 51_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}  # a 50-megapixel phone fits as JPEG
LEAST_SIDE = 200  # pixels; below it there is nothing to see
LONGEST_SIDE = 3_000  # pixels of what is kept
THUMB_SIDE = 320
QUALITY, THUMB_QUALITY = 90, 80
LARGEST_PROFILE = 1_000_000  # bytes of a colour profile
EXIF_TAKEN, EXIF_BLOCK = 0x9003, 0x8769

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
SEND_JPEG = (
    "This photo is in Apple’s HEIC format, which cannot be read here. On an iPhone, open Settings, Camera, Formats, "
    "choose “Most Compatible”, and take it again. Or open the photo on your computer, save it as JPEG, and send that."
)


class PhotoError(ValueError):
    """A file that cannot be kept as a photo; the message says why, and what to do, to the person who sent it."""


@dataclass(frozen=True)
class Prepared:
    """What is kept of a photo."""

    image: bytes  # JPEG, sRGB, upright, at most `LONGEST_SIDE` pixels a side
    thumb: bytes  # the same at most `THUMB_SIDE` pixels a side
    width: int
    height: int
    taken_on: dt.date | None  # as the file said, if it is a day that can be
    hints: tuple[str, ...]  # see `measuring.HINTS`


def read(content: bytes) -> Prepared:
    """
    Raises:
        PhotoError: it is no photo that can be kept.
    """
    kind = _kind(content)
    if len(content) > MOST_BYTES:
        raise too_large()
    try:
        with warnings.catch_warnings():
            # Pillow's own limit lies above ours; its warning counts as a refusal too.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _prepared(content, kind)
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels(kind) from None
    except MemoryError:
        raise PhotoError("This photo is too large to be read here. Send a smaller one.") from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        IndexError,
        KeyError,
        ZeroDivisionError,
        struct.error,
        EOFError,
    ):
        # Each is what Pillow raises for one kind of broken file or another.
        raise PhotoError("This file is broken or not whole. Send it again, or take the photo again.") from None


def too_large() -> PhotoError:
    return PhotoError(f"This file is larger than {MOST_BYTES // 1_000_000} MB. Send a smaller copy of the photo.")


def too_many_pixels(kind: str) -> PhotoError:
    most = MOST_PIXELS[kind] // 1_000_000
    return PhotoError(f"This photo has more than {most} million pixels. Send a smaller copy of it.")


def _kind(content: bytes) -> str:
    """JPEG, PNG or WEBP, by the first bytes; the file's name and what the browser calls it tell nothing."""
    if not content:
        raise PhotoError("This file is empty. Choose the photo again.")
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp":
        brands = {content[8:12], *(content[start : start + 4] for start in range(16, 48, 4))}
        if brands & set(HEIC_BRANDS) and content[8:12] != b"avif":
            raise PhotoError(SEND_JPEG)
        if content[8:12] in (b"avif", b"avis"):
            raise PhotoError("This photo is in AVIF format, which cannot be read here. Save it as JPEG and send that.")
        raise PhotoError("This is a video. Send a photo.")
    if content[:6] in (b"GIF87a", b"GIF89a"):
        raise PhotoError("This is a GIF. Send the photo as JPEG, PNG or WebP.")
    raise PhotoError("This file is not a photo. Send a JPEG, PNG or WebP file.")


def _prepared(content: bytes, kind: str) -> Prepared:
    image = Image.open(io.BytesIO(content), formats=[kind])
    width, height = image.size
    if width * height > MOST_PIXELS[kind]:
        raise too_many_pixels(kind)
    if min(width, height) < LEAST_SIDE:
        raise PhotoError(
            f"This photo is only {width} by {height} pixels, too small to see skin on. Send the whole photo."
        )
    # A JPEG may hold a second picture behind the first (phones add one for depth): the first is the photo.
    if kind != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise PhotoError("This is an animation. Send a photo that stands still.")
    taken_on = _taken_on(image)
    if kind == "JPEG":
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # decodes at an eighth, a quarter or half where that is enough
    image.load()
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    drawn = _shrunk(_rgb(upright, profile), LONGEST_SIDE)
    return Prepared(
        image=_jpeg(drawn, QUALITY),
        thumb=_jpeg(_shrunk(drawn, THUMB_SIDE), THUMB_QUALITY),
        width=drawn.width,
        height=drawn.height,
        taken_on=taken_on,
        hints=hints(drawn, smallest_side=min(width, height)),
    )


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) <= longest:
        return image
    small = image.copy()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return small


def _rgb(image: Image.Image, profile: object) -> Image.Image:
    """The picture in sRGB, whatever it was kept in: its own colours where its profile can be used, else as they are."""
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits: Pillow would cut off instead of scaling
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        see_through = image.convert("RGBA")
        image = Image.new("RGB", see_through.size, "white")
        image.paste(see_through, mask=see_through.getchannel("A"))
    if isinstance(profile, bytes) and 0 < len(profile) <= LARGEST_PROFILE and image.mode in ("RGB", "CMYK", "L"):
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return changed or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile that is broken, or meant for another kind of picture
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    clean = Image.new("RGB", image.size)  # a new picture: what hung on the old one does not come along
    clean.paste(image)
    out = io.BytesIO()
    # No thinning of colours: redness is what a doctor looks at.
    clean.save(out, "JPEG", quality=quality, subsampling=0, optimize=True)
    return out.getvalue()


def _taken_on(image: Image.Image) -> dt.date | None:
    """The day the camera noted, if it is a day between 2000 and tomorrow."""
    try:
        noted = image.getexif().get_ifd(EXIF_BLOCK).get(EXIF_TAKEN)
        day = dt.datetime.strptime(str(noted)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a day on the camera's clock
    except Exception:  # a broken block tells no day, whatever breaks in it
        return None
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    return day if dt.date(2000, 1, 1) <= day <= tomorrow else None
