"""The register's rules: nothing is acceptable by default, and what is not known is a problem."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.care import products
from skinproof.care.products import Assessment, Product, Proof, check, faults, product_rules, state
from skinproof.vocabulary import KnowledgeError, vocabulary

TODAY = dt.date(2026, 6, 1)
NEEDLED = "exosome-microneedling"


def proofs(*but: str) -> tuple[Proof, ...]:
    return tuple(
        Proof(requirement=row.id, document="Example file 7", dated=TODAY, supplied_by="The maker", read_by="Dr Example")
        for row in product_rules().requirements
        if row.proof and row.id not in but
    )


def whole(**fields) -> Product:
    given = {
        "kind": "exosome", "manufacturer": "Example maker", "name": "Example serum", "origin": "plant",
        "species": "Rosa example",
        "tissue": "callus", "processing": "spun and filtered", "particles": 1e10, "particles_per": "mL",
        "particles_method": "nanoparticle tracking", "sterile": "yes", "sterility": "filtered, tested by lot",
        "storage": "2 to 8 °C", "lot": "EX-1", "lot_expires": TODAY, "uk_status": "cosmetic-notified",
        "responsible_person": "Example Ltd, Leeds", "safety_assessment": "report 9", "cleared_for_broken_skin": "yes",
        "proofs": proofs(),
    }  # fmt: skip
    return Product(**{**given, **fields})


def accepted(*forms: str, until: dt.date = TODAY) -> Assessment:
    return Assessment(acceptable=True, forms=forms, by="Dr Example", on=TODAY, until=until)


def kinds(found) -> list[str]:
    return [problem.requirement for problem in found]


def test_a_whole_record_that_was_assessed_has_no_problem():
    assert check(whole(), "exosome-topical", assessment=accepted("exosome-topical"), today=TODAY) == ()
    assert check(whole(), NEEDLED, assessment=accepted(NEEDLED), today=TODAY) == ()


def test_an_exosome_form_names_a_product_and_others_need_none():
    for form in product_rules().must_be_named:
        assert kinds(check(None, form)) == ["named"]
    assert check(None, "azelaic-acid") == ()


def test_an_empty_record_lacks_everything_that_applies():
    lacking = kinds(faults(Product(), NEEDLED, today=TODAY))
    assert lacking == ["kind"] + [row.id for row in product_rules().of(NEEDLED)]
    assert "broken-skin" not in kinds(faults(Product(), "exosome-topical", today=TODAY))


def test_another_kind_of_product_does_not_do():
    assert kinds(faults(whole(kind="polynucleotide"), "exosome-topical", today=TODAY)) == ["kind"]
    assert faults(whole(kind="polynucleotide"), "polynucleotide", today=TODAY) == ()
    assert kinds(faults(whole(kind="nonsense"), "exosome-topical", today=TODAY)) == ["kind"]


@pytest.mark.parametrize("origin", ["human", "unknown"])
def test_what_comes_from_people_or_from_nobody_knows_where_is_not_acceptable(origin):
    found = faults(whole(origin=origin), "exosome-topical", today=TODAY)
    assert kinds(found) == ["origin"]
    assert any("path.cam.ac.uk" in source.url for source in found[0].sources)


def test_no_product_is_acceptable_for_injection():
    assert kinds(check(whole(), "exosome-injected", assessment=accepted("exosome-injected"), today=TODAY)) == ["never"]


@pytest.mark.parametrize("row", product_rules().requirements, ids=lambda row: row.id)
def test_each_requirement_bites(row):
    empty = {name: Product.model_fields[name].default for name in row.fields}
    assert row.id in kinds(faults(whole(**empty), NEEDLED, today=TODAY))
    if row.proof:
        found = faults(whole(proofs=proofs(row.id)), NEEDLED, today=TODAY)
        assert kinds(found) == [row.id]
        assert found[0].text.startswith("No document that proves it was read")


@pytest.mark.parametrize("value", ["no", "unknown"])
def test_needled_skin_needs_a_product_that_is_sterile_and_cleared(value):
    assert kinds(faults(whole(sterile=value), NEEDLED, today=TODAY)) == ["broken-skin"]
    assert kinds(faults(whole(cleared_for_broken_skin=value), NEEDLED, today=TODAY)) == ["broken-skin"]
    assert faults(whole(cleared_for_broken_skin=value), "exosome-topical", today=TODAY) == ()


def test_days():
    after = TODAY + dt.timedelta(days=1)
    assert kinds(faults(whole(), NEEDLED, today=after)) == ["lot"]
    assert state(accepted(NEEDLED), today=TODAY) == "acceptable"
    assert state(accepted(NEEDLED), today=after) == "expired"
    assert "assessed" in kinds(check(whole(), NEEDLED, assessment=accepted(NEEDLED), today=after))


def test_where_a_product_stands():
    assert state(None) == "proposed"
    refused = Assessment(acceptable=False, by="Dr Example", on=TODAY)
    assert state(refused, today=TODAY) == "not-acceptable"
    assert kinds(check(whole(), NEEDLED, assessment=refused, today=TODAY)) == ["assessed"]
    assert kinds(check(whole(), NEEDLED, today=TODAY)) == ["assessed"]
    assert kinds(check(whole(), NEEDLED, assessment=accepted("exosome-topical"), today=TODAY)) == ["assessed"]
    no_end = Assessment(acceptable=True, forms=(NEEDLED,), by="Dr Example", on=TODAY)
    assert state(no_end, today=TODAY) == "expired", "an assessment that never ends is none"


def test_a_form_without_a_register_is_refused():
    with pytest.raises(KeyError, match="azelaic-acid"):
        faults(whole(), "azelaic-acid")


@given(
    st.builds(
        Product,
        manufacturer=st.text(max_size=3), name=st.text(max_size=3),
        origin=st.sampled_from(["human", "animal", "plant", "microbe", "unknown"]),
        sterile=st.sampled_from(["yes", "no", "unknown"]), lot=st.text(max_size=2),
        uk_status=st.sampled_from(["cosmetic-notified", "none", "unknown"]),
    ),
    st.sampled_from(product_rules().must_be_named),
)  # fmt: skip
def test_nothing_without_proof_passes_whatever_is_typed(product, form):
    assert check(product, form, assessment=accepted(form), today=TODAY)


def test_every_requirement_says_where_it_was_read():
    for row in product_rules().requirements:
        assert products.sources_of(row), row.id
    assert set(product_rules().must_be_named) <= {
        f.id for f in vocabulary().forms.values() if "exosome" in f.treatments
    }


def test_a_faulty_file_is_named(tmp_path, monkeypatch):
    text = products.FILE.read_text(encoding="utf-8").replace("[exo-human,", "[exo-humans,")
    file = tmp_path / "product-rules.yaml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(products, "FILE", file)
    with pytest.raises(KnowledgeError, match="exo-humans"):
        products.product_rules.__wrapped__()
