"""Birth date and address that were given for a GP's letter go to the person's details, where prescriptions have them."""

from django.db import migrations


def move(apps, schema_editor):
    GpSharing = apps.get_model("papers", "GpSharing")
    PersonDetails = apps.get_model("prescribing", "PersonDetails")
    for row in GpSharing.objects.exclude(born=None).order_by("at", "id").iterator():
        known = PersonDetails.objects.filter(consultation=row.consultation_id).order_by("id").last()
        if known is not None and known.at > row.at:
            continue  # what was given later counts
        name = known.name if known else ""
        address = row.address or (known.address if known else "")
        if known is None or (known.address, known.born) != (address, row.born):
            PersonDetails.objects.create(
                consultation_id=row.consultation_id,
                name=name,
                address=address,
                born=row.born,
                by_id=row.by_id,
                at=row.at,
            )


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_kept_as_written"), ("prescribing", "0004_reviews_kept_as_written")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
