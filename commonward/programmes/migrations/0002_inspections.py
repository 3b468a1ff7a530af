import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0001_plans"),
        ("areas", "0003_gazetteer"),
        ("cases", "0018_danger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('title_en', models.CharField(blank=True, max_length=120)),
                ('kinds', models.JSONField(default=list)),
                ('area_code', models.CharField(blank=True, max_length=32)),
                ('area_path', models.CharField(blank=True, max_length=200)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('per_day', models.PositiveSmallIntegerField(default=4)),
                ('seed', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(default='draft', max_length=10)),
                ('checklists', models.JSONField(default=dict)),
                ('recheck_percent', models.PositiveSmallIntegerField(default=5)),
                ('recheck_on', models.DateField()),
                ('recheck_root', models.CharField(blank=True, max_length=64)),
                ('drawn_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'programmes_campaign',
            },
        ),
        migrations.CreateModel(
            name='CampaignTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='teams', to='programmes.campaign')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'db_table': 'programmes_campaignteam',
            },
        ),
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('adopted_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'programmes_checklist',
            },
        ),
        migrations.CreateModel(
            name='Defect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=30)),
                ('severity', models.CharField(max_length=10)),
                ('state', models.CharField(default='open', max_length=12)),
                ('found_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
            ],
            options={
                'db_table': 'programmes_defect',
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30, unique=True)),
                ('kind', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=120)),
                ('area_path', models.CharField(blank=True, max_length=200)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('address', models.CharField(blank=True, max_length=300)),
                ('active', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
                ('area', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area')),
            ],
            options={
                'db_table': 'programmes_place',
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(default='first', max_length=10)),
                ('on', models.DateField()),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(default='planned', max_length=14)),
                ('why', models.CharField(blank=True, max_length=12)),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('note', models.TextField(blank=True)),
                ('faults', models.PositiveSmallIntegerField(default=0)),
                ('agrees', models.BooleanField(null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('door', models.CharField(blank=True, max_length=64)),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.campaign')),
                ('checklist', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.checklist')),
                ('not_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('not_team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('of', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.visit')),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.place')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'db_table': 'programmes_visit',
            },
        ),
        migrations.CreateModel(
            name='PlaceAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('words', models.TextField(blank=True)),
                ('report', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField()),
                ('defect', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.defect')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.visit')),
            ],
            options={
                'db_table': 'programmes_placeanswer',
            },
        ),
        migrations.AddField(
            model_name='defect',
            name='revisit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.visit'),
        ),
        migrations.AddField(
            model_name='defect',
            name='visit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.visit'),
        ),
        migrations.CreateModel(
            name='VisitPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.visit')),
            ],
            options={
                'db_table': 'programmes_visitphoto',
            },
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['state', 'since'], name='campaign_state'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'running', 'ended'])), name='campaign_state_known'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='campaign_has_days'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('recheck_percent__lte', 100)), name='campaign_rechecks_a_share'),
        ),
        migrations.AddConstraint(
            model_name='campaignteam',
            constraint=models.UniqueConstraint(fields=('campaign', 'team'), name='one_team_once_a_campaign'),
        ),
        migrations.AddConstraint(
            model_name='checklist',
            constraint=models.UniqueConstraint(fields=('kind', 'number'), name='one_checklist_per_number'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['kind', 'code'], name='inspected_kind'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['area_path'], name='inspected_area', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['lat', 'lon'], name='inspected_point'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('lat__gte', -90), ('lat__lte', 90), ('lon__gte', -180), ('lon__lte', 180)), name='inspected_on_earth'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['campaign', 'kind', 'state'], name='inspection_campaign'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['team', 'state', 'on', 'turn'], name='inspection_day'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['place', 'id'], name='inspection_place'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'first')), fields=('campaign', 'place'), name='one_first_visit'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'recheck')), fields=('of',), name='one_recheck_of_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'revisit'), ('state', 'planned')), fields=('of',), name='one_revisit_waits'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(condition=models.Q(('door', ''), _negated=True), fields=('door',), name='one_door'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['first', 'recheck', 'revisit']), ('state__in', ['planned', 'done', 'not_possible', 'cancelled'])), name='inspection_words_known'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', False), _connector='OR'), name='inspection_done_at'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'first'), ('of__isnull', True)), models.Q(models.Q(('kind', 'first'), _negated=True), ('of__isnull', False)), _connector='OR'), name='inspection_follows'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'recheck'), _negated=True), ('not_team__isnull', False), _connector='OR'), name='recheck_knows_the_first'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('not_team__isnull', True), models.Q(('team', models.F('not_team')), _negated=True), _connector='OR'), name='recheck_by_another_team'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('not_by__isnull', True), ('by__isnull', True), models.Q(('by', models.F('not_by')), _negated=True), _connector='OR'), name='recheck_by_another'),
        ),
        migrations.AddConstraint(
            model_name='placeanswer',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['words', 'objection', 'mended'])), name='inspected_answer_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='placeanswer',
            constraint=models.CheckConstraint(condition=models.Q(('defect__isnull', True), ('words', ''), _connector='OR'), name='inspected_answer_in_its_case'),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(fields=['state', 'id'], name='found_defect_state'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.UniqueConstraint(fields=('visit', 'item'), name='one_defect_per_item'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'said_mended', 'to_revisit', 'mended', 'again'])), name='found_defect_state_known'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'to_revisit'), _negated=True), ('revisit__isnull', False), _connector='OR'), name='found_defect_waits_for_a_visit'),
        ),
    ]

