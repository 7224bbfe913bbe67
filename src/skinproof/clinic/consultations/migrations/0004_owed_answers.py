from django.db import migrations


def note_what_is_owed(apps, schema_editor):
    """A case whose last message is the person's owes an answer, since the first message after the doctor's last."""
    consultation = apps.get_model("consultations", "Consultation")
    message = apps.get_model("consultations", "Message")
    for case in consultation.objects.filter(messages__isnull=False).distinct().iterator():
        since = None
        for letter in message.objects.filter(consultation=case).order_by("id"):
            since = None if letter.from_doctor else since or letter.at
        if since is not None:
            consultation.objects.filter(pk=case.pk).update(owed_since=since)


class Migration(migrations.Migration):
    dependencies = [("consultations", "0003_queue_and_reading")]
    operations = [migrations.RunPython(note_what_is_owed, migrations.RunPython.noop)]
