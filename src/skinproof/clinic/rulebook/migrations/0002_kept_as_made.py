from django.db import migrations

from skinproof.clinic.triggers import RULE_CHANGE, RULE_DECISION, RULE_REVIEW, installer


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]
    operations = [migrations.RunPython(*installer(guard)) for guard in (RULE_CHANGE, RULE_DECISION, RULE_REVIEW)]
