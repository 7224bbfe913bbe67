from django.db import migrations

from skinproof.clinic.triggers import CORRECTION, MESSAGE, installer


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]
    operations = [migrations.RunPython(*installer(CORRECTION)), migrations.RunPython(*installer(MESSAGE))]
