"""What a writer tells of their own body is reported; what they say of a treatment for all stays their promise."""

from __future__ import annotations

import pytest

from skinproof.claims import find


def stances(text: str) -> set[str]:
    return {row.stance for row in find(text).found if row.direction != "none"}


@pytest.mark.parametrize(
    "text",
    [
        "My skin is smoother after three sessions of microneedling.",
        "Retinol keeps my skin clear.",
        "I've been on tretinoin since May. The brown spots on my cheeks have faded.",
        "I tried PRP and the shedding stopped.",
        "I was red for two days after the TCA peel.",
        "Azelaic acid worked for me: the redness went down in a month.",
        "Had four peels of glycolic acid last year. Pores looked smaller within weeks.",
        "Bruised for ten days after my Botox!",
        "Started minoxidil in May. Shed a lot at first. By autumn the hair was thicker.",
        "My sister had IPL and it cleared her rosacea.",
        "I started tretinoin in January. It made my chin peel.\n\nAt three months the pimples had gone.",
        "Retinol gave me softer lines.",
        "I look fresher since I used exosomes.",
        "Finasteride did not lower my libido.",
        "Minoxidil made my scalp itch.",
    ],
)
def test_a_writers_own_experience_is_reported(text: str) -> None:
    assert stances(text) == {"reported"}


@pytest.mark.parametrize(
    "text",
    [
        "I recommend tretinoin: it softens fine lines.",
        "In my clinic, PRP thickens hair.",
        "My patients have smoother skin after microneedling.",
        "I love this retinol because it fades dark spots.",
        "I have used PRP for ten years. It increases hair density in most men.",
        "My view is that retinol reduces wrinkles.",
        "My advice: use sunscreen, which prevents brown spots.",
        "We see smoother skin after three peels of glycolic acid.",
        "I started to offer exosomes last year. They can reduce redness.",
        "Used daily, retinol reduces his or her wrinkles.",
        "Loved by many, retinol smooths fine lines.",
        "In our trial of retinol, wrinkles were reduced.",
    ],
)
def test_what_a_writer_says_of_all_is_asserted(text: str) -> None:
    assert stances(text) == {"asserted"}


@pytest.mark.parametrize(
    "text",
    [
        "I tried exosomes and they did nothing for my wrinkles.",
        "After six peels of glycolic acid my melasma has not faded.",
        "PRP didn't thicken my hair.",
    ],
)
def test_a_failed_experience_is_denied_in_the_direction_of_the_promise(text: str) -> None:
    assert {(row.stance, row.direction in ("improves", "reduces")) for row in find(text).found} == {("denied", True)}


def test_posts_of_a_thread_are_told_by_others() -> None:
    thread = (
        "zoe_88: Does retinol work?\n\nMaria: It fades brown spots.\n\nk4te: It stings.\n\nzoe_88: Thanks all.\n\n"
        "Maria: Retinol softens lines too."
    )
    assert stances(thread) == {"reported"}
    page = "Redness: retinol calms it.\n\nLines: it softens them.\n\nPores: it shrinks pores.\n\nLines: less deep."
    assert stances(page) == {"asserted"}
