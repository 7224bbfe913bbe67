from django.db import migrations

from skinproof.clinic.triggers import PHOTO, installer


class Migration(migrations.Migration):
    dependencies = [("photos", "0001_initial")]
    operations = [migrations.RunPython(*installer(PHOTO))]
