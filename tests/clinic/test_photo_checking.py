"""What is kept of a file that somebody sends, and what is refused with which words."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter, ImageStat

from skinproof.clinic.photos import checking
from skinproof.clinic.photos.checking import PhotoError, read
from skinproof.clinic.photos.demonstration import TONES, drawn
from skinproof.clinic.photos.measuring import HINTS

from . import photo_files as files


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


# --- what is kept
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_new_jpeg_of_the_same_picture(kind):
    kept = read(files.photo(kind))
    image, thumb = opened(kept.image), opened(kept.thumb)
    assert (
        (image.format, image.mode, image.size)
        == ("JPEG", "RGB", (900, 1200))
        == ("JPEG", "RGB", (kept.width, kept.height))
    )
    assert thumb.format == "JPEG"
    assert max(thumb.size) == checking.THUMB_SIDE
    apart = ImageStat.Stat(ImageChops.difference(image, files.picture())).mean
    assert max(apart) < 12
    assert kept.hints == ()


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    kept = read(files.photo(size=(4000, 3200), quality=60))
    assert (kept.width, kept.height) == (3000, 2400)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_stands_as_its_camera_meant_it(orientation):
    upright = Image.new("RGB", (600, 400), "white")
    upright.paste((200, 0, 0), (0, 0, 150, 100))  # red at the top left
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera that is held so stores the upright picture
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    image = opened(read(files.encoded(stored, exif=files.exif(orientation=orientation), quality=95)).image)
    assert image.size == (600, 400)
    red, green, _ = image.getpixel((60, 40))
    assert red > 150 > 80 > green
    assert min(image.getpixel((540, 360))) > 200


def test_nothing_of_the_file_survives_but_its_picture():
    content = files.with_everything()
    assert content.count(files.MARK) >= 4, "the test's own file has what it should"
    kept = read(content)
    for part in (kept.image, kept.thumb):
        assert files.MARK not in part
        assert b"Exif" not in part
        assert b"ICC_PROFILE" not in part
        assert b"script" not in part
        assert part.startswith(b"\xff\xd8")
        assert part.endswith(b"\xff\xd9")
        image = opened(part)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert kept.taken_on == dt.date(2026, 3, 4)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_metadata_of_other_formats_goes_too(kind):
    kept = read(files.photo(kind, exif=files.exif()))
    assert files.MARK not in kept.image
    assert not opened(kept.image).getexif()


@pytest.mark.parametrize(
    "noted", ["1970:01:01 00:00:00", "2999:01:01 00:00:00", "yesterday", "2026:13:45 10:00:00", ""]
)
def test_a_day_that_cannot_be_is_no_day(noted):
    assert read(files.photo(exif=files.exif(taken=noted or None))).taken_on is None


# --- odd colours
def test_print_colours_and_grey_become_red_green_and_blue():
    for mode in ("CMYK", "L"):
        kept = read(files.encoded(files.picture().convert(mode), "JPEG"))
        image = opened(kept.image)
        assert image.mode == "RGB"
        assert max(ImageStat.Stat(ImageChops.difference(image, files.picture())).mean) < 40


def test_sixteen_bits_are_scaled_and_not_cut_off():
    grey = files.picture().convert("L")
    deep = grey.convert("I").point(lambda value: value * 256).convert("I;16")
    image = opened(read(files.encoded(deep, "PNG")).image)
    assert max(ImageStat.Stat(ImageChops.difference(image.convert("L"), grey)).mean) < 8
    assert image.getextrema() != ((255, 255),) * 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1"])
def test_see_through_and_few_colours_are_drawn_on_white(mode):
    image = files.picture((400, 400)).convert(mode)
    if mode in ("RGBA", "LA"):
        image.putalpha(0)
    shown = opened(read(files.encoded(image, "PNG")).image)
    assert shown.mode == "RGB"
    if mode in ("RGBA", "LA"):
        assert min(shown.getpixel((200, 200))) > 250


def test_colours_follow_the_profile_of_the_file():
    content = files.encoded(Image.new("RGB", (400, 400), (220, 30, 30)), quality=95, icc_profile=files.red_for_green())
    red, green, _ = opened(read(content).image).getpixel((200, 200))
    assert green > 180 > 90 > red


@pytest.mark.parametrize("profile", [b"nonsense", b"\x00" * 4_000, b"x" * 1_200_000])
def test_a_profile_that_cannot_be_used_is_left_aside(profile):
    assert read(files.photo(icc_profile=profile)).width == 900


def test_the_first_of_two_pictures_in_a_phones_file_is_the_photo():
    content = files.two_pictures()
    assert content.startswith(b"\xff\xd8\xff")
    assert (read(content).width, read(content).height) == (900, 1200)


# --- what is refused
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"GIF89a" + b"\x00" * 50, "GIF"),
        (b"%PDF-1.7 and more", "not a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not a photo"),
        (b"MZ\x90\x00", "not a photo"),
        (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 90, "video"),
        (b"\x00\x00\x00\x18ftypavif" + b"\x00" * 90, "AVIF"),
        (files.heic(), "Most Compatible"),
        (b"\xff\xd8\xff", "broken"),
        (b"\xff\xd8\xff\xe0" + b"nonsense" * 40, "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"nonsense" * 40, "broken"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "broken"),
    ],
)
def test_what_is_no_photo_is_told_why(content, words):
    with pytest.raises(PhotoError, match=words):
        read(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_was_cut_off_is_told_so(kind):
    content = files.photo(kind)
    with pytest.raises(PhotoError, match="not whole"):
        read(content[: len(content) // 2])


@pytest.mark.parametrize("bomb", [files.bomb_by_size, files.bomb_in_text])
def test_a_file_that_unpacks_without_end_is_refused(bomb):
    content = bomb()
    assert len(content) < 1_000_000
    with pytest.raises(PhotoError):
        read(content)


def test_limits_hold_on_both_sides(monkeypatch):
    monkeypatch.setattr(checking, "MOST_PIXELS", {"JPEG": 900 * 1200, "PNG": 900 * 1200 - 1})
    assert read(files.photo("JPEG")).width == 900
    with pytest.raises(PhotoError, match="million pixels"):
        read(files.photo("PNG"))
    content = files.photo()
    monkeypatch.setattr(checking, "MOST_BYTES", len(content))
    assert read(content).width == 900
    monkeypatch.setattr(checking, "MOST_BYTES", len(content) - 1)
    with pytest.raises(PhotoError, match="larger than"):
        read(content)


def test_a_picture_too_small_to_see_skin_on_is_refused():
    assert read(files.photo(size=(200, 200))).hints == ("small",)
    with pytest.raises(PhotoError, match="199 by 400"):
        read(files.photo(size=(199, 400)))


@pytest.mark.parametrize("content", [files.animated_png(), files.animated_webp()])
def test_an_animation_is_refused(content):
    with pytest.raises(PhotoError, match="animation"):
        read(content)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_is_ever_more_than_a_refusal(data):
    content = bytearray(_SMALL[data.draw(st.sampled_from(sorted(_SMALL)))])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(PhotoError):
        assert read(bytes(content)).image.startswith(b"\xff\xd8")


_SMALL = {kind: files.photo(kind, (210, 220)) for kind in ("JPEG", "PNG", "WEBP")}


# --- hints
def hints_of(image: Image.Image) -> tuple[str, ...]:
    return read(files.encoded(image, quality=92)).hints


def test_a_photo_that_is_dark_blurred_or_glaring_gets_a_hint():
    good = files.picture()
    assert hints_of(good) == ()
    assert hints_of(good.point(lambda value: value // 4)) == ("dark",)
    assert "blurred" in hints_of(good.filter(ImageFilter.GaussianBlur(9)))
    assert "glare" in hints_of(good.point(lambda value: min(255, value * 2)))
    assert set(HINTS) == {"dark", "glare", "blurred", "small"}


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("view", ["face-front", "close-up", "scalp-top"])
def test_no_skin_colour_in_good_light_is_called_dark(tone, view):
    assert read(drawn(view, tone=tone)).hints == ()
