from django.db import migrations

from skinproof.clinic.triggers import CONSENT, installer


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_initial")]
    operations = [migrations.RunPython(*installer(guard)) for guard in (CONSENT,)]
