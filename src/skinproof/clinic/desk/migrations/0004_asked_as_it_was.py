from dataclasses import replace

from django.db import migrations

from skinproof.clinic.triggers import ADDED_FACT, ASK, REPLY, installer

# Views of photos came with a later migration.
ASKED_THEN = replace(ASK, columns=tuple(name for name in ASK.columns if name != "views"))


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_asking")]
    operations = [migrations.RunPython(*installer(guard)) for guard in (ASKED_THEN, ADDED_FACT, REPLY)]
