

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0023_channels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='away_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='FederationKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public', models.CharField(max_length=44)),
                ('private', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'cases_federationkey',
                'constraints': [models.CheckConstraint(condition=models.Q(('public', ''), _negated=True), name='federation_key_has_its_public_half')],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32)),
                ('side', models.CharField(max_length=5)),
                ('state', models.CharField(max_length=10)),
                ('what', models.CharField(default='case', max_length=4)),
                ('way', models.JSONField(default=list)),
                ('sent', models.PositiveIntegerField(default=0)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('theirs', models.CharField(blank=True, max_length=40)),
                ('content', models.JSONField(blank=True, default=dict)),
                ('clock', models.JSONField(blank=True, default=dict)),
                ('promised_at', models.DateTimeField(blank=True, null=True)),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('told', models.TextField(blank=True)),
                ('acceptance', models.TextField(blank=True)),
                ('receipt', models.TextField(blank=True)),
                ('told_event', models.BigIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, max_length=120)),
                ('case', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('task', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.task')),
            ],
            options={
                'db_table': 'cases_handover',
            },
        ),
        migrations.CreateModel(
            name='HandOverPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('have', models.PositiveIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('failed', models.BooleanField(default=False)),
                ('hand_over', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.handover')),
                ('photo', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.photo')),
            ],
            options={
                'db_table': 'cases_handoverpart',
            },
        ),
        migrations.CreateModel(
            name='HandOverPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.handoverpart')),
            ],
            options={
                'db_table': 'cases_handoverpiece',
            },
        ),
        migrations.CreateModel(
            name='Neighbour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('origin', models.CharField(max_length=130)),
                ('address', models.CharField(max_length=500)),
                ('speaks', models.CharField(default='commonward', max_length=12)),
                ('public_key', models.CharField(blank=True, max_length=44)),
                ('compared_at', models.DateTimeField(blank=True, null=True)),
                ('categories', models.JSONField(blank=True, default=list)),
                ('hands_from', models.DateTimeField(blank=True, null=True)),
                ('hands_until', models.DateTimeField(blank=True, null=True)),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('secret', models.BinaryField(null=True)),
                ('made_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('read_until', models.DateTimeField(blank=True, null=True)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('fault', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'db_table': 'cases_neighbour',
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['id'], name='neighbour_live'), models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='neighbour_polled')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('origin',), name='one_neighbour_of_a_name'), models.CheckConstraint(condition=models.Q(('speaks__in', ['commonward', 'open311'])), name='neighbour_speech_known')],
            },
        ),
        migrations.AddField(
            model_name='handover',
            name='neighbour',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.neighbour'),
        ),
        migrations.CreateModel(
            name='NeighbourRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pushed', models.BooleanField()),
                ('mark', models.CharField(max_length=32)),
                ('ref', models.CharField(blank=True, max_length=80)),
                ('token', models.CharField(blank=True, max_length=80)),
                ('state', models.CharField(default='waiting', max_length=20)),
                ('service', models.CharField(blank=True, max_length=80)),
                ('updates', models.JSONField(default=list)),
                ('told_event', models.BigIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('fault', models.CharField(blank=True, max_length=120)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('neighbour', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.neighbour')),
            ],
            options={
                'db_table': 'cases_neighbourrequest',
            },
        ),
        migrations.CreateModel(
            name='HandOverConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given', models.BooleanField()),
                ('how', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hand_over', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.handover')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.report')),
            ],
            options={
                'db_table': 'cases_handoverconsent',
                'constraints': [models.UniqueConstraint(fields=('hand_over', 'report'), name='one_consent_each'), models.CheckConstraint(condition=models.Q(('how__in', ['page', 'phone', 'counter', 'letter'])), name='consent_way_known')],
            },
        ),
        migrations.CreateModel(
            name='HandOverLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=12)),
                ('body', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('hand_over', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.handover')),
            ],
            options={
                'db_table': 'cases_handoverletter',
                'constraints': [models.UniqueConstraint(fields=('hand_over', 'seq'), name='one_letter_of_a_number')],
            },
        ),
        migrations.AddConstraint(
            model_name='handoverpart',
            constraint=models.UniqueConstraint(fields=('hand_over', 'digest'), name='one_part_of_a_digest'),
        ),
        migrations.AddConstraint(
            model_name='handoverpart',
            constraint=models.CheckConstraint(condition=models.Q(('have__lte', models.F('size'))), name='part_in_bounds'),
        ),
        migrations.AddConstraint(
            model_name='handoverpiece',
            constraint=models.UniqueConstraint(fields=('part', 'start'), name='one_piece_at_a_place'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at', 'id'], name='handover_due'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['case'], name='handover_case'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['-changed_at', '-id'], name='handover_newest'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['state', 'id'], name='handover_live'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(fields=('neighbour', 'key'), name='one_handover_of_a_key'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('side', 'giver'), ('what', 'case')), fields=('case',), name='one_open_handover_of_a_case'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('side', 'giver'), ('what', 'task')), fields=('task',), name='one_open_handover_of_a_task'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('side', 'giver'), ('state__in', ['offered', 'declined', 'withdrawn', 'committed', 'away', 'home', 'back'])), models.Q(('side', 'taker'), ('state__in', ['asked', 'held', 'dropped', 'declined'])), models.Q(('case__isnull', False), ('side', 'taker'), ('state__in', ['active', 'answered', 'returned', 'ended'])), _connector='OR'), name='handover_state_of_its_side'),
        ),
        migrations.AddIndex(
            model_name='neighbourrequest',
            index=models.Index(fields=['case'], name='neighbourrequest_case'),
        ),
        migrations.AddIndex(
            model_name='neighbourrequest',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at', 'id'], name='neighbourrequest_due'),
        ),
        migrations.AddConstraint(
            model_name='neighbourrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('ref', ''), _negated=True), fields=('neighbour', 'ref'), name='one_request_of_a_number'),
        ),
        migrations.AddConstraint(
            model_name='neighbourrequest',
            constraint=models.UniqueConstraint(fields=('neighbour', 'case'), name='one_request_of_a_case_there'),
        ),
        migrations.AddConstraint(
            model_name='neighbourrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'open', 'closed', 'failed'])), name='neighbour_request_state_known'),
        ),
    ]
