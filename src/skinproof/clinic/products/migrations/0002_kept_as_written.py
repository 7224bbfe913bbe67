from django.db import migrations

from skinproof.clinic.triggers import PLAN_PRODUCT, PRODUCT_ASSESSMENT, PRODUCT_VERSION, installer


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial")]
    operations = [
        migrations.RunPython(*installer(guard))
        for guard in (
            PLAN_PRODUCT,
            PRODUCT_ASSESSMENT,
            PRODUCT_VERSION,
        )
    ]
