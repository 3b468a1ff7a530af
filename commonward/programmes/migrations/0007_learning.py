from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0006_risk"),
    ]

    operations = []
