"""The register of products: versions that nobody edits, assessments with a name, and plans that may name no other."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from skinproof.care import products as rules
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.desk import drafting
from skinproof.clinic.desk.content import intact
from skinproof.clinic.desk.signing import NotReadyError, sign
from skinproof.clinic.products import selectors, services
from skinproof.clinic.products.models import Assessment, PlanProduct, Product, Version

from . import plans
from .conftest import actor, code_of
from .pages import main_of
from .register import accepted, assess, content, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def pharmacist(make_user):
    return make_user("pharmacist", registration="2012345")


@pytest.fixture
def owner(make_user):
    return make_user("owner")


def text_of(response) -> str:
    return " ".join(text for text, _ in main_of(response.content).texts())


# --- the register
def test_nothing_is_shipped_as_accepted():
    assert not Product.objects.exists()


def test_a_product_begins_as_proposed_once(doctor):
    made = services.propose(content(), key="k" * 30, user=doctor, by=actor(doctor))
    again = services.propose(content(), key="k" * 30, user=doctor, by=actor(doctor))
    assert again == made
    assert made.latest.state == "proposed"
    assert list(Entry.objects.values_list("verb", "object_type")) == [("proposed", "product")]


def test_a_new_version_has_to_be_assessed_again(doctor):
    product = accepted(doctor)
    assert product.latest.state == "acceptable"
    by = actor(doctor)
    version = services.revise(product.public_id, content(lot="EX-2"), number=1, user=doctor, by=by)
    assert (version.number, version.state) == (2, "proposed")
    assert product.versions.get(number=1).state == "acceptable", "what was stays as it was"
    assert services.revise(product.public_id, content(lot="EX-2"), number=1, user=doctor, by=by) == version
    with pytest.raises(services.StaleError):
        services.revise(product.public_id, content(lot="EX-3"), number=1, user=doctor, by=by)


def test_nobody_can_accept_what_the_rules_find_wanting(doctor):
    product = proposed(doctor, origin="human")
    with pytest.raises(services.RegisterError, match="human cells"):
        assess(product, doctor)
    assert not Assessment.objects.exists()
    assess(product, doctor, acceptable=False, forms=[], until=None)
    assert product.latest.state == "not-acceptable"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"forms": []}, "what it is acceptable for"),
        ({"reason": "fine"}, "20 characters"),
        ({"until": None}, "Choose a last day"),
        ({"until": dt.date(2001, 1, 1)}, "Choose a last day"),
        ({"until": dt.date(2999, 1, 1)}, "Choose a last day"),
        ({"forms": ["exosome-injected"]}, "injection"),
        ({"number": 7}, "newer version"),
    ],
)
def test_an_assessment_is_whole_or_refused(doctor, more, message):
    with pytest.raises(services.RegisterError, match=message):
        assess(proposed(doctor), doctor, **more)


def test_an_assessment_names_its_author_and_ends(doctor, pharmacist):
    product = proposed(doctor)
    today = timezone.localdate()
    row = assess(product, pharmacist, until=today)
    assert row.name == f"{pharmacist.name}, pharmacist reviewer, GPhC number 2012345"
    assert assess(product, pharmacist, until=today) == row, "a second press keeps one"
    assert rules.state(row.content, today=today) == "acceptable"
    assert rules.state(row.content, today=today + dt.timedelta(days=1)) == "expired"
    assert assess(product, doctor).name == doctor.prescriber
    assert services.longest(dt.date(2026, 3, 1)) == dt.date(2027, 2, 28)


@pytest.mark.parametrize("table", ["products_version", "products_assessment"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_keeps_what_was_written(doctor, table, statement):
    accepted(doctor)
    with pytest.raises(DatabaseError, match="kept as it was written"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


# --- its pages
def fields(**more) -> dict[str, str]:
    return {
        "key": "f" * 30, "number": "0", "kind": "exosome", "manufacturer": "Example maker", "name": "Example serum",
        "origin": "plant",
        "sterile": "unknown", "uk_status": "unknown", "cleared_for_broken_skin": "unknown", **more,
    }  # fmt: skip


def test_who_sells_a_product_does_not_say_that_it_is_fit(doctor, owner):
    product = proposed(owner)
    with pytest.raises(services.RegisterError, match="A doctor or a pharmacist"):
        assess(product, owner)
    assert assess(product, doctor).acceptable


@pytest.mark.parametrize("role", ["doctor", "pharmacist"])
def test_from_proposal_to_assessment_on_the_pages(client, make_user, sign_in, role):
    sign_in(client, make_user(role))
    empty = client.get(reverse("products:register"))
    assert "None is accepted to begin with" in text_of(empty)
    assert empty["Cache-Control"] == "no-store, private"
    response = client.post(reverse("products:propose"), fields(particles="10,000,000,000"))
    product = Product.objects.get()
    page = response.url
    assert product.latest.content.particles == 1e10
    assert "No document was read yet" in text_of(client.get(page))
    assert "Not acceptable" in text_of(client.get(reverse("products:assess", args=[product.public_id])))

    proof = {
        "requirement": "origin", "document": "Certificate 12", "dated": "2026-01-05", "supplied_by": "The maker",
        "number": "1",
    }  # fmt: skip
    client.post(reverse("products:prove", args=[product.public_id]), proof)
    assert "Certificate 12" in text_of(client.get(page))
    whole = content().model_dump(mode="json", exclude={"proofs", "lot_expires"})
    client.post(reverse("products:revise", args=[product.public_id]), {**whole, "key": "f" * 30, "number": "2"})
    product.refresh_from_db()
    assert product.latest.number == 3
    for row in rules.product_rules().requirements:
        if row.proof:
            number = product.latest.number
            client.post(
                reverse("products:prove", args=[product.public_id]), {**proof, "requirement": row.id, "number": number}
            )
    until = (timezone.localdate() + dt.timedelta(days=30)).isoformat()
    given = {
        "verdict": "acceptable", "uses": ["exosome-topical"], "until": until, "reason": "I read all of it myself.",
        "number": product.latest.number,
    }  # fmt: skip
    response = client.post(reverse("products:assess", args=[product.public_id]), given)
    assert response.status_code == 302, text_of(response)
    shown = text_of(client.get(page))
    assert "Assessed: acceptable" in shown
    assert "I read all of it myself." in shown
    earlier = text_of(client.get(reverse("products:version", args=[product.public_id, 1])))
    assert "This is an earlier version" in earlier
    assert "Assessed: acceptable" in text_of(client.get(reverse("products:register")))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("particles", "many", "Enter a number"),
        ("particles", "1,5e10", "Enter a number"),
        ("particles", "2.5 10", "Enter a number"),
        ("particles", "10,000 000", "Enter a number"),
        ("particles", "-5", "above 0"),
        ("particles", "nan", "Enter a number"),
        ("particles", "1e999", "Enter a number"),
        ("lot_expires", "soon", "Enter a date"),
        ("manufacturer", "", "Enter this: maker."),
        ("origin", "moon", "Select a valid choice"),
        ("kind", "", "Enter this: kind of product."),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_kept(client, doctor, sign_in, name, value, message):
    sign_in(client, doctor)
    response = client.post(reverse("products:propose"), fields(**{name: value}, species="Salmon"))
    assert response.status_code == 200
    page = response.content.decode()
    assert message in page
    assert "Salmon" in page
    assert not Product.objects.exists()


def test_a_proof_from_the_future_is_refused(client, doctor, sign_in):
    sign_in(client, doctor)
    product = proposed(doctor)
    given = {"requirement": "origin", "document": "A file", "dated": "2999-01-01", "supplied_by": "Them", "number": "1"}
    assert (
        "has not come yet" in client.post(reverse("products:prove", args=[product.public_id]), given).content.decode()
    )
    assert product.latest.number == 1


def test_people_and_strangers_see_no_register(client, make_user, sign_in):
    assert client.get(reverse("products:register")).url.startswith(reverse("people:sign-in"))
    sign_in(client, make_user("person"))
    assert client.get(reverse("products:register")).status_code == 403


# --- in a plan
@pytest.fixture
def case(make_case, doctor, make_user):
    return make_case("in-review", doctor=doctor, person=make_user("person"))


def drafted(case, doctor, *forms):
    what = plans.content(*forms)
    what = what.model_copy(update={"declined": tuple(row for row in what.declined if row.form not in forms)})
    plans.record(case, doctor, **{name.replace("-", "_"): value for name, value in plans.CHECKS.items()})
    plans.record(case, doctor, exosome_source="plant", exosome_product_compliant=True)
    return plans.draft(case, doctor, what, plans.reasons_for(case, what))


def signature(plan, doctor, device):
    return sign(plan.public_id, doctor, version=plan.version, code=code_of(device), by=actor(doctor))


def test_a_plan_with_exosomes_is_not_signed_without_an_acceptable_product(case, doctor, device):
    plan = drafted(case, doctor, "exosome-topical")
    with pytest.raises(NotReadyError) as refused:
        signature(plan, doctor, device)
    assert [(p.kind, p.rule) for p in refused.value.problems] == [("product", "product-named")]

    product = proposed(doctor)
    services.choose(plan.public_id, doctor, {"exosome-topical": product.latest.pk}, by=actor(doctor))
    with pytest.raises(NotReadyError) as refused:
        signature(plan, doctor, device)
    assert "not assessed yet" in refused.value.problems[0].reason

    assess(product, doctor)
    signed = signature(plan, doctor, device).plan
    assert signed.signed
    assert intact(signed)
    assert signed.sealed["products"]["exosome-topical"]["name"] == "Example serum, by Example maker"
    assert signed.sealed["products"]["exosome-topical"]["lot"] == "EX-1"


def test_a_product_whose_record_moved_on_has_to_be_chosen_anew(case, doctor, device):
    plan = drafted(case, doctor, "exosome-topical")
    product = accepted(doctor)
    services.choose(plan.public_id, doctor, {"exosome-topical": product.latest.pk}, by=actor(doctor))
    services.revise(product.public_id, content(lot="EX-2"), number=1, user=doctor, by=actor(doctor))
    with pytest.raises(NotReadyError) as refused:
        signature(plan, doctor, device)
    assert "newer version" in refused.value.problems[0].reason


def test_the_product_of_a_signed_plan_is_fixed_and_of_a_draft_goes_with_it(case, doctor, device):
    plan = drafted(case, doctor, "exosome-topical")
    product = accepted(doctor)
    services.choose(plan.public_id, doctor, {"exosome-topical": product.latest.pk}, by=actor(doctor))
    signature(plan, doctor, device)
    for statement in ("UPDATE products_planproduct SET form = form", "DELETE FROM products_planproduct"):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(drafting.SignedError):
        services.choose(plan.public_id, doctor, {"exosome-topical": None}, by=actor(doctor))

    second = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    services.choose(second.public_id, doctor, {"exosome-topical": product.latest.pk}, by=actor(doctor))
    drafting.discard_draft(second.public_id, doctor, version=second.version, by=actor(doctor))
    assert PlanProduct.objects.count() == 1


def test_a_product_whose_row_was_taken_out_is_not_sealed(case, doctor, device):
    plan = drafted(case, doctor, "exosome-topical")
    product = accepted(doctor)
    services.choose(plan.public_id, doctor, {"exosome-topical": product.latest.pk}, by=actor(doctor))
    what = plans.content("azelaic-acid")
    plans.draft(case, doctor, what, plans.reasons_for(case, what))
    plan.refresh_from_db()
    assert signature(plan, doctor, device).plan.sealed["products"] == {}


def test_the_product_is_chosen_on_its_page(client, case, doctor, sign_in):
    sign_in(client, doctor)
    plan = drafted(case, doctor, "exosome-topical")
    accepted(doctor)
    address = reverse("plan-products:choose", args=[case.public_id])
    draft = client.get(reverse("desk:plan", args=[case.public_id])).content.decode()
    assert address in draft
    assert "no product is named" in text_of(client.get(address))
    assert client.post(address, {"exosome-topical": str(Version.objects.get().pk)}).status_code == 302
    assert selectors.against(plan, plans.PlanContent.of(plan.content)) == ()
    assert address not in client.get(reverse("desk:sign", args=[case.public_id])).content.decode()
    assert client.post(address, {"exosome-topical": ""}).status_code == 302
    assert len(selectors.against(plan, plans.PlanContent.of(plan.content))) == 1
    assert "Select a valid choice" in client.post(address, {"exosome-topical": "999"}).content.decode()


def test_a_plan_without_such_a_row_has_nothing_to_choose(client, case, doctor, sign_in):
    sign_in(client, doctor)
    plans.draft(case, doctor)
    page = client.get(reverse("plan-products:choose", args=[case.public_id]))
    assert "No row needs a product" in text_of(page)
