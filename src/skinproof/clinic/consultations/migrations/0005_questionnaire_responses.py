"""Answers by question id become a FHIR QuestionnaireResponse to the first published questionnaire.

Then, one question's options could be shared out over pages otherwise than now, and shown in part. An option that was
ticked stays ticked. A page of which not all options had been shown is answered with "not sure" beside what was ticked:
what was not shown is not known. In a draft such a page is left open, and so asked again.
"""

from django.db import migrations, models

from skinproof.care import FactError, family_of, published
from skinproof.care.questionnaires.names import address
from skinproof.care.questions import UNSURE
from skinproof.questionnaires import respond

VERSION = "1.0.0"


def to_responses(apps, schema_editor):
    Consultation = apps.get_model("consultations", "Consultation")
    for row in Consultation.objects.iterator():
        form = published(f"{address(family_of(row.concern))}|{VERSION}")
        given, partly = answers_of(form, row.answers)
        draft = row.submitted_at is None
        answers = {**given, **({} if draft else partly), **form.start(row.concern)}
        counted = respond(form.questionnaire, answers, "in-progress")
        if not draft:
            counted["status"] = "stopped"  # some of its questions were not asked then, and are not any more
        kept = set(_linked(counted.get("item", ())))
        aside, _ = answers_of(form, row.set_aside)
        left = {name: values for name, values in {**aside, **given}.items() if name not in kept}
        row.questionnaire, row.response = form.canonical, counted
        row.set_aside = {name: form.answer(name, values).raw for name, values in left.items()}
        row.save(update_fields=["questionnaire", "response", "set_aside"])


def _linked(rows):
    for row in rows:
        if "item" in row:
            yield from _linked(row["item"])
        else:
            yield row["linkId"]


def answers_of(form, old):
    """Old answers as FHIR values by linkId: to pages that were shown whole, and to others."""
    ticked, shown, unsure = set(), set(), set()  # (question or its pool, option)
    for name, raw in old.items():
        home = HOME.get(name, name)
        if isinstance(raw, dict):
            ticked |= {(home, option) for option in raw.get("chosen", ())}
            shown |= {(home, option) for option in raw.get("offered", ())}
            unsure |= {(home, option) for option in raw.get("offered", ()) if raw.get("unsure")}
    whole, partly = {}, {}
    for link_id, question in form.questions.items():
        name = written_as(form, link_id)
        if question.kind != "any-of":
            if name in old:
                try:
                    whole[link_id] = form.given_by(question.read(old[name]))
                except FactError:
                    continue
            continue
        keys = {option: option_key(form, link_id, option) for option in question.offered}
        chosen = [option for option, key in keys.items() if key in ticked]
        doubtful = any(key in unsure for key in keys.values()) or old.get(name) == UNSURE
        missing = not set(keys.values()) <= shown
        if not chosen and not doubtful and shown.isdisjoint(keys.values()):
            continue
        if question.always or not missing or doubtful:
            whole[link_id] = form.given_by(question.read([*chosen, *([UNSURE] if doubtful else [])]))
        else:
            partly[link_id] = form.given_by(question.read([*chosen, UNSURE]))
    return whole, partly


def written_as(form, link_id):
    return form.questionnaire[link_id].raw["code"][0]["code"]


def option_key(form, link_id, option):
    name = form.codes[link_id][option].system.rsplit("/", 1)[1]
    return HOME.get(name, name), option


# The pools of then: an option's id stood once in a pool, and could be asked in any of its questions.
HOME = {
    **dict.fromkeys(["implants", "recent"], "skin"),
    **dict.fromkeys(
        ["blood-medicines", "heart-medicines", "mind-medicines", "antibiotics", "other-medicines"], "medicines"
    ),
    **dict.fromkeys(["heart", "blood", "organs", "body", "nerves", "gut", "rare", "life"], "health"),
}


class Migration(migrations.Migration):
    dependencies = [("consultations", "0004_owed_answers")]
    operations = [
        migrations.AddField("consultation", "questionnaire", models.CharField(default="", max_length=200)),
        migrations.AddField("consultation", "response", models.JSONField(default=dict)),
        migrations.RunPython(to_responses, migrations.RunPython.noop),
        migrations.AlterField("consultation", "questionnaire", models.CharField(max_length=200)),
        migrations.RemoveField("consultation", "answers"),
        migrations.RemoveField("consultation", "questionnaire_version"),
    ]
