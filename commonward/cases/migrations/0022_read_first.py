import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0021_marks'),
    ]
    # Its number is before theirs, and so is its place.
    run_before = [
        ('cases', '0023_channels'),
    ]

    operations = [
        migrations.AddField(
            model_name='danger',
            name='doubtful',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='danger',
            name='margin',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='danger',
            name='scale',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='danger',
            name='decided',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddConstraint(
            model_name='danger',
            constraint=models.CheckConstraint(condition=models.Q(('decided__in', ['', 'urgent', 'not_urgent'])), name='danger_decided'),
        ),
        migrations.AddConstraint(
            model_name='danger',
            constraint=models.CheckConstraint(condition=models.Q(('doubtful', False), ('margin__isnull', False), _connector='OR'), name='danger_doubt_is_weighed'),
        ),
        migrations.AddField(
            model_name='wordsettings',
            name='read_first_minutes',
            field=models.PositiveSmallIntegerField(default=15),
        ),
        migrations.AddField(
            model_name='wordsettings',
            name='read_first_more',
            field=models.FloatField(default=0.0),
        ),
        migrations.AddConstraint(
            model_name='wordsettings',
            constraint=models.CheckConstraint(condition=models.Q(('read_first_minutes__gte', 1), ('read_first_minutes__lte', 240)), name='words_read_first_minutes'),
        ),
        migrations.CreateModel(
            name='DangerAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=60)),
                ('scale', models.CharField(max_length=10)),
                ('margin', models.FloatField()),
                ('urgent', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
            ],
            options={
                'db_table': 'cases_dangeranswer',
                'indexes': [models.Index(fields=['at', 'id'], name='danger_answers_newest')],
            },
        ),
    ]
