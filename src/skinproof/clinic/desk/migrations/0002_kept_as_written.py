from django.db import migrations

from skinproof.clinic.triggers import CASE_FACT, FLAG_DEALT_WITH, OVERRIDE, SIGNED_PLAN, installer


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [
        migrations.RunPython(*installer(guard)) for guard in (SIGNED_PLAN, OVERRIDE, CASE_FACT, FLAG_DEALT_WITH)
    ]
