from django.db import migrations, models

from skinproof.clinic.triggers import GP_SHARING, installer


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0003_details_in_one_table"),
    ]
    operations = [
        migrations.RunPython(*reversed(installer(GP_SHARING))),
        migrations.RemoveConstraint(model_name="gpsharing", name="papers_allowed_means_whom"),
        migrations.RemoveField(model_name="gpsharing", name="address"),
        migrations.RemoveField(model_name="gpsharing", name="born"),
        migrations.AddConstraint(
            model_name="gpsharing",
            constraint=models.CheckConstraint(
                condition=models.Q(allowed=False) | ~models.Q(practice=""), name="papers_allowed_means_whom"
            ),
        ),
        migrations.RunPython(*installer(GP_SHARING)),
    ]
