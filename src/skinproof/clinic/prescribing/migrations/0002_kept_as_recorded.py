from django.db import migrations

from skinproof.clinic.triggers import PRESCRIBING, installer


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0001_initial"), ("desk", "0002_kept_as_written")]
    operations = [migrations.RunPython(*installer(guard)) for guard in PRESCRIBING]
