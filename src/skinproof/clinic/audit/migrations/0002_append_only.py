from django.db import migrations

from skinproof.clinic.triggers import AUDIT, installer


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(*installer(AUDIT))]
