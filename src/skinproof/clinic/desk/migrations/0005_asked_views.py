from django.db import migrations, models

from skinproof.clinic.triggers import ASK, installer


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_asked_as_it_was")]
    operations = [
        migrations.RunPython(*reversed(installer(ASK))),
        migrations.AddField(model_name="ask", name="views", field=models.JSONField(default=list)),
        migrations.RunPython(*installer(ASK)),
    ]
