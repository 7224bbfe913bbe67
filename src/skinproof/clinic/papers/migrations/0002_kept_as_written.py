from django.db import migrations

from skinproof.clinic.triggers import GP_SHARING, REFERRAL, installer


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]
    operations = [
        migrations.RunPython(*installer(guard))
        for guard in (
            GP_SHARING,
            REFERRAL,
        )
    ]
