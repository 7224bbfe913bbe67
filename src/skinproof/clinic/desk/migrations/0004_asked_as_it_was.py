from django.db import migrations

from skinproof.clinic.triggers import ADDED_FACT, ASK, REPLY, installer


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_asking")]
    operations = [migrations.RunPython(*installer(guard)) for guard in (ASK, ADDED_FACT, REPLY)]
