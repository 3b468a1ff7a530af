"""What reporters ask of their own data, what was taken out at their wish, and to which words they agreed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0029_ended_calls'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscription',
            name='told',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.CreateModel(
            name='DataRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('what', models.CharField(max_length=8)),
                ('wanted', models.BinaryField(null=True)),
                ('state', models.CharField(default='asked', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('report', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.report')),
            ],
            options={
                'db_table': 'cases_datarequest',
                'indexes': [models.Index(fields=['report'], name='data_request_report'), models.Index(fields=['case'], name='data_request_case'), models.Index(condition=models.Q(('state', 'asked')), fields=['due_at', 'id'], name='data_request_waits'), models.Index(condition=models.Q(('state', 'granted')), fields=['id'], name='data_request_owed')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'correct'), ('what__in', ['contact', 'place', 'words'])), models.Q(('kind', 'erase'), ('what__in', ['contact', 'all'])), _connector='OR'), name='data_request_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'asked')), models.Q(('answered_at__isnull', False), ('state__in', ['refused', 'granted', 'done']), ('wanted', None)), _connector='OR'), name='data_request_answered_whole'), models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('report', 'kind', 'what'), name='one_open_data_request')],
            },
        ),
        migrations.CreateModel(
            name='ErasedPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(max_length=8)),
                ('digest', models.BinaryField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.event')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.event')),
            ],
            options={
                'db_table': 'cases_erasedpart',
                'constraints': [models.UniqueConstraint(fields=('event', 'part'), name='one_erased_part')],
            },
        ),
    ]
