from django.db import migrations

from skinproof.clinic.triggers import WORDS_ANSWER, installer


class Migration(migrations.Migration):
    dependencies = [("consultations", "0006_words_answers")]
    operations = [migrations.RunPython(*installer(WORDS_ANSWER))]
