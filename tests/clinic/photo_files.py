"""Files as people and attackers send them, made here."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageCms

MARK = b"53.4808N-2.2426W-Manchester"  # what must not survive


def picture(size=(900, 1200), *, seed=1) -> Image.Image:
    """Light skin colour with texture, sharp."""
    rng = np.random.default_rng(seed)
    base = np.full((size[1], size[0], 3), (225, 186, 160), dtype=np.int16)
    base += rng.integers(-30, 30, size=(size[1], size[0], 1), dtype=np.int16)
    return Image.fromarray(base.clip(0, 255).astype(np.uint8), "RGB")


def encoded(image: Image.Image, kind="JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(kind="JPEG", size=(900, 1200), *, seed=1, **options: Any) -> bytes:
    return encoded(picture(size, seed=seed), kind, **options)


def exif(*, orientation: int | None = None, taken: str | None = None) -> Image.Exif:
    block = Image.Exif()
    block[0x010F] = "Camera " + MARK.decode()
    if orientation:
        block[0x0112] = orientation
    if taken:
        block.get_ifd(0x8769)[0x9003] = taken
    gps = block.get_ifd(0x8825)
    gps[1], gps[2] = "N", (53.0, 28.0, 50.9)
    return block


def with_everything() -> bytes:
    """A JPEG with place, comment, colour profile, XMP and bytes behind its end."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = photo(
        exif=exif(taken="2026:03:04 10:11:12"),
        comment=MARK,
        icc_profile=profile,
        xmp=b"<x:xmpmeta>" + MARK + b"</x:xmpmeta>",
    )
    return content + b"PK\x03\x04" + MARK + b"<script>alert(1)</script>"


def red_for_green() -> bytes:
    """A colour profile in which the first two colours have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {
        bytes(profile[132 + 12 * n : 136 + 12 * n]): 136 + 12 * n
        for n in range(int.from_bytes(profile[128:132], "big"))
    }
    red, green = at[b"rXYZ"], at[b"gXYZ"]
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    return bytes(profile)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, rows: bytes, more: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + more + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def bomb_by_size() -> bytes:
    """A small file that says it has 30,000 by 30,000 pixels, and would unpack to them."""
    packer = zlib.compressobj(9)
    row = b"\x00" * (30_000 * 3 + 1)
    return png(30_000, 30_000, rows=packer.compress(row * 400) + packer.flush())


def bomb_in_text() -> bytes:
    """A small PNG whose text unpacks to 200 megabytes."""
    packed = zlib.compress(b"a" * 200_000_000, 9)
    return png(300, 300, rows=zlib.compress(b"\x00" * 301 * 901), more=_chunk(b"zTXt", b"Comment\x00\x00" + packed))


def animated_webp() -> bytes:
    frames = [picture((300, 300), seed=number) for number in range(3)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)


def animated_png() -> bytes:
    frames = [picture((300, 300), seed=number) for number in range(3)]
    return encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)


def two_pictures() -> bytes:
    """A JPEG with a second picture behind the first, as phones write for depth."""
    return encoded(picture(), "MPO", save_all=True, append_images=[picture((400, 400), seed=2)])


def heic() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic" + b"\x00" * 4 + b"mif1heic" + b"\x00" * 500
