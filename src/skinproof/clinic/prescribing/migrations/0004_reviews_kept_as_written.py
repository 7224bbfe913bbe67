from django.db import migrations

from skinproof.clinic.triggers import PRESCRIPTION_REVIEW, QUERY_ANSWER, installer


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0003_reviews")]
    operations = [migrations.RunPython(*installer(guard)) for guard in (PRESCRIPTION_REVIEW, QUERY_ANSWER)]
