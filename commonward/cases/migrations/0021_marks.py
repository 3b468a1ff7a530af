from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0019_dialect'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='marks',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='remark',
            name='marks',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
