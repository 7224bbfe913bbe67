"""Records as hypothesis makes them, and one written out in full."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from skinproof.exchange import (
    Alert,
    AuditLine,
    Concern,
    ConsentGiven,
    Document,
    Event,
    Fact,
    Medicine,
    MessageSent,
    Person,
    Photo,
    Plan,
    PlanItem,
    Practitioner,
    Record,
    Score,
    Session,
)

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
# FHIR text holds no control characters but tab and line ends, and is never only white space.
text = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=30)
maybe_text = st.just("") | text
ids = st.text("abcXYZ019_-", min_size=1, max_size=22)
codes = st.from_regex(r"\A[a-z]{1,8}(-[a-z0-9]{1,8}){0,2}\Z")
moments = st.integers(0, 10**15).map(lambda micro: NOON + dt.timedelta(microseconds=micro))
days = st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1))
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
numbers = st.integers(-1000, 1000) | st.decimals(0, 1000, places=2).map(float)
values = st.none() | st.booleans() | numbers | codes | st.lists(codes, max_size=3, unique=True).map(tuple)


def some(kind: type, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to three of one kind, each with an id of its own."""
    return st.lists(st.builds(kind, **fields), max_size=3, unique_by=lambda each: each.id).map(tuple)


@st.composite
def records(draw: st.DrawFn) -> Record:
    concern = draw(st.builds(Concern, id=ids, code=codes, name=text, recorded=moments))
    doctor = draw(
        st.builds(
            Practitioner,
            id=ids,
            name=text,
            gmc_number=st.just("") | st.just("1234567"),
            registration=st.just("") | text,
        )
    )
    about, by = st.just(concern.id), st.just(doctor.id)
    response = {
        "resourceType": "QuestionnaireResponse", "id": draw(ids), "questionnaire": "https://example.org/q|1.0.0",
        "status": "completed", "authored": "2026-05-04T12:00:00Z",
        "item": [{"linkId": "age", "answer": [{"valueInteger": 41}]}],
    }  # fmt: skip
    from_response = st.none() | st.just(response["id"])
    plan = draw(
        st.builds(
            Plan, id=ids, concern=about, number=st.integers(1, 9), summary=text, signed_at=moments, signed_by=by,
            items=st.lists(
                st.builds(PlanItem, form=codes, name=text, what=maybe_text, how=maybe_text, when=maybe_text), max_size=3
            ).map(tuple),
            content_hash=hashes, declined=st.lists(st.tuples(text, text), max_size=2).map(tuple),
            notes=st.lists(text, max_size=2).map(tuple), next_check=st.none() | days, replaces=st.none(),
            superseded=st.booleans(),
            sessions=st.lists(st.builds(Session, form=codes, name=text, on=days, what=maybe_text), max_size=2).map(
                tuple
            ),
        )
    )  # fmt: skip
    about_plan = st.none() | st.just(plan.id)
    messages = draw(
        some(
            MessageSent, id=ids, concern=about, text=text, sent=moments, from_doctor=st.none() | by,
            read=st.none() | moments, kind=st.sampled_from(["message", "wishes", "ask", "reply"]), plan=about_plan,
            reply_to=st.none(), stopped=st.booleans(),
        )
    )  # fmt: skip
    if len(messages) > 1:
        messages = (messages[0], replace(messages[1], reply_to=messages[0].id), *messages[2:])
    facts = draw(
        some(
            Fact, id=ids.map("fact-".__add__), concern=about, code=codes, name=text, value=values, at=moments,
            unit=st.just(""), method=st.just("") | codes, by=st.none() | by, response=from_response, note=maybe_text,
            lacks=st.just(()),
        )
    )  # fmt: skip
    lacks = draw(st.lists(codes, max_size=2, unique=True).map(tuple))
    facts = tuple(replace(fact, lacks=lacks) if isinstance(fact.value, tuple) else fact for fact in facts)
    return Record(
        person=draw(
            st.builds(
                Person, id=ids, name=maybe_text, email=st.just("") | st.emails(), born=st.none() | days,
                sex=st.sampled_from([None, "female", "male"]), address=st.lists(text, max_size=3).map(tuple),
            )
        ),
        written_at=draw(moments),
        practitioners=(doctor,),
        concerns=(concern,),
        responses=(response,),
        facts=facts,
        scores=draw(
            some(
                Score, id=ids.map("score-".__add__), concern=about, code=codes, name=text, value=numbers, at=moments,
                response=from_response, on=st.none() | st.dates(dt.date(2000, 1, 1)),
                method=st.sampled_from(["", "video"]),
                by=st.sampled_from([None, doctor.id]), items=st.lists(st.integers(0, 3), max_size=10).map(tuple),
                means=st.just("") | text, note=st.just("") | text, wrong=st.booleans(),
            )
        ),
        plans=(plan,),
        medicines=draw(
            some(
                Medicine, id=ids, concern=about, plan=st.just(plan.id), name=text, directions=maybe_text,
                written_at=moments, prescriber=by, quantity=st.none() | st.integers(1, 500), unit=st.just(""),
                repeats=st.integers(0, 6), days=st.none() | st.integers(1, 400), reason=maybe_text,
                status=st.sampled_from(["draft", "active", "stopped", "cancelled", "completed"]),
                events=st.lists(st.builds(Event, at=moments, text=text, by=by), max_size=2).map(tuple),
            )
        ),
        consents=draw(
            some(
                ConsentGiven, id=ids, concern=st.none() | about, what=codes, title=text, version=codes,
                text_hash=st.just("") | hashes, at=moments, until=st.none() | moments, refused=st.booleans(),
                to=maybe_text,
            )
        ),
        messages=messages,
        photos=draw(
            some(
                Photo, id=ids, concern=about, view=codes, at=moments, content_type=st.just("image/jpeg"),
                size=st.integers(0, 10**7), content=st.none() | st.binary(min_size=1, max_size=40),
                removed=st.none() | moments,
            )
        ),
        documents=draw(
            some(
                Document, id=ids, concern=about, kind=codes, title=text, text=text, at=moments, by=st.none() | by,
                text_hash=st.just("") | hashes,
            )
        ),
        alerts=draw(
            some(
                Alert, id=ids, concern=about, rule=codes, reason=text, at=moments, plan=about_plan,
                form=st.just(""), form_name=st.just(""), done=st.just(""), done_at=st.none(), done_by=st.none(),
            )
            | some(
                Alert, id=ids, concern=about, rule=codes, reason=text, at=moments, plan=about_plan, form=codes,
                form_name=text, done=text, done_at=moments, done_by=by,
            )
        ),
        audit=draw(
            some(
                AuditLine, id=ids, at=moments, role=codes, actor=st.none() | ids, verb=codes, object_type=codes,
                object_id=ids, reason=maybe_text, name=maybe_text,
            )
        ),
    )  # fmt: skip


FULL = Record(
    person=Person("7", "Zoë Łukaszewicz", "zoe@example.org", dt.date(1990, 2, 3), "female", ("1 High Street", "Leeds")),
    written_at=NOON,
    practitioners=(Practitioner("3", "Dr Amy Example", "7654321"),),
    concerns=(Concern("c_1", "melasma", "Melasma", NOON, confirmed=True),),
    questionnaires=(
        {"resourceType": "Questionnaire", "url": "https://example.org/q", "version": "1.0.0", "status": "active",
         "item": [{"linkId": "age", "type": "integer", "text": "How old are you?"}]},
        {"resourceType": "Questionnaire", "url": "https://example.org/q", "version": "1.1.0", "status": "active"},
    ),
    responses=(
        {"resourceType": "QuestionnaireResponse", "id": "r_1", "questionnaire": "https://example.org/q|1.0.0",
         "status": "completed", "item": [{"linkId": "age", "answer": [{"valueInteger": 36}]}]},
    ),
    facts=(
        Fact("f1", "c_1", "pregnant", "pregnant", False, NOON, response="r_1", method="answer"),
        Fact("f2", "c_1", "age", "age", 36, NOON, unit="years", response="r_1"),
        Fact("f3", "c_1", "conditions", "conditions", ("melasma", "acne"), NOON),
        Fact("f6", "c_1", "medicines", "medicines", ("retinoid",), NOON, lacks=("warfarin",)),
        Fact("f7", "c_1", "allergies", "allergies", (), NOON),
        Fact("f8", "c_1", "fitzpatrick", "skin type", "none-of-these", NOON),
        Fact("f4", "c_1", "filler-weeks-since", "filler", None, NOON),
        Fact("f5", "c_1", "identity-verified", "identity", True, NOON, by="3", method="video", note="Passport shown."),
    ),
    scores=(
        Score("s1", "c_1", "burden", "burden", 4, NOON, "r_1"),
        Score("s2", "c_1", "dlqi", "DLQI", 7, NOON, on=dt.date(2026, 11, 20), method="on-paper", by="3",
              items=(3, 2, 2, 0, 0, 0, 0, 0, 0, 0), means="moderate effect", note="Filled in at home.", wrong=True),
    ),
    plans=(
        Plan("p_1", "c_1", 1, "We try a cream.", (PlanItem("hydroquinone", "Hydroquinone", "4%", "thin", "at night"),),
             NOON, "3", "ab" * 32, superseded=True),
        Plan("p_2", "c_1", 2, "Sun care only.", (PlanItem("sunscreen", "Sunscreen"),), NOON, "3", "cd" * 32,
             declined=(("Exosomes", "Too costly for what is known."),), next_check=dt.date(2026, 8, 1), replaces="p_1",
             sessions=(Session("microneedling", "Needling", dt.date(2026, 6, 1), "The first of three."),)),
    ),
    medicines=(
        Medicine("m1", "c_1", "p_1", "Hydroquinone 4% cream", "Thinly at night.", NOON, "3", "stopped", 30, "g", 0, 84,
                 "Melasma.", (Event(NOON, "Handed to a pharmacy.", "3"),)),
    ),
    consents=(ConsentGiven("k1", "c_1", "consultation", "An online consultation", "2", "ef" * 32, NOON),
              ConsentGiven("k2", "c_1", "gp-sharing", "Telling the GP", "", "", NOON, NOON, to="Example Surgery"),
              ConsentGiven("k3", "c_1", "gp-sharing", "Telling the GP", "", "", NOON, refused=True)),
    messages=(
        MessageSent("n1", "c_1", "May I use it by day?", NOON),
        MessageSent("n2", "c_1", "No, at night.", NOON, "3", NOON, reply_to="n1", plan="p_2"),
        MessageSent("n3", "c_1", "Which soap?", NOON, "3", kind="ask", stopped=True),
    ),
    photos=(Photo("ph1", "c_1", "face-front", NOON, "image/jpeg", 4, b"\xff\xd8\xff\xd9"),),
    documents=(Document("d1", "c_1", "referral", "Referral letter 1", "Zoë:\nplease see.", NOON, "3", "aa" * 32),),
    alerts=(
        Alert("a1", "c_1", "mole-changed", "A mole changed.", NOON, done="Seen by a GP.", done_at=NOON, done_by="3"),
        Alert("a2", "c_1", "pregnancy", "Not in pregnancy.", NOON, "p_2", "hydroquinone", "Hydroquinone"),
    ),
    audit=(AuditLine("12", NOON, "doctor", "3", "viewed", "consultation", "c_1", name="Dr Amy Example (doctor)"),),
)  # fmt: skip
