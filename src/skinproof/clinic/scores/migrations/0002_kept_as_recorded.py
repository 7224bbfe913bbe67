from django.db import migrations

from skinproof.clinic.triggers import RECORDED_SCORE, installer


class Migration(migrations.Migration):
    dependencies = [("scores", "0001_initial")]
    operations = [migrations.RunPython(*installer(RECORDED_SCORE))]
