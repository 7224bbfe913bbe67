from django.db import migrations, models

from skinproof.clinic.triggers import FLAG_DEALT_WITH, installer


class Migration(migrations.Migration):
    """A red flag that is told again is dealt with again. The table is made anew on SQLite, and its guard with it."""

    dependencies = [("desk", "0005_asked_views")]
    operations = [
        migrations.RunPython(*reversed(installer(FLAG_DEALT_WITH))),
        migrations.RemoveConstraint(model_name="flagdealtwith", name="desk_a_flag_is_dealt_with_once"),
        migrations.AddIndex(
            model_name="flagdealtwith",
            index=models.Index(fields=["consultation", "rule"], name="desk_flag_dealt_with"),
        ),
        migrations.RunPython(*installer(FLAG_DEALT_WITH)),
    ]
