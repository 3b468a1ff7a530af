"""The full-text index of cases, saved views, standard texts and the knowledge base.

The index is a table of each database's own kind, keyed by the case: FTS5 (SQLite) or a tsvector
with GIN (PostgreSQL). Cases that are there already wait for the tick to take them in.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = (
    "CREATE TABLE cases_found (case_id bigint PRIMARY KEY, grams tsvector NOT NULL)",
    "CREATE INDEX found_grams ON cases_found USING gin (grams) WITH (gin_pending_list_limit = 1024)",
)
# The tokens come ready; "ascii" parts them at spaces and leaves every other script alone.
SQLITE = (
    "CREATE VIRTUAL TABLE cases_found USING fts5(grams, tokenize='ascii', columnsize=0)",
)


def make_index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the index, and note that whatever is there has to go into it."""
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)
    ids = apps.get_model("cases", "Case").objects.aggregate(
        first=models.Min("id"), last=models.Max("id")
    )
    if ids["first"] is not None:
        apps.get_model("cases", "ToFind").objects.create(**ids)


def drop_index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the index away."""
    editor.execute("DROP TABLE cases_found", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_append_only'),
        ('people', '0002_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(max_length=10)),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('active', models.BooleanField(default=True)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'db_table': 'cases_answer',
            },
        ),
        migrations.CreateModel(
            name='AnswerVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('question', models.CharField(max_length=300)),
                ('keywords', models.CharField(blank=True, max_length=300)),
                ('words', models.TextField()),
                ('source', models.CharField(blank=True, max_length=300)),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('answer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.answer')),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'cases_answerversion',
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('query', models.CharField(max_length=1000)),
                ('made_at', models.DateTimeField()),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'db_table': 'cases_savedview',
            },
        ),
        migrations.CreateModel(
            name='StandardText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('category', models.CharField(blank=True, max_length=40)),
                ('stage', models.CharField(blank=True, max_length=30)),
                ('language', models.CharField(max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'cases_standardtext',
                'constraints': [models.UniqueConstraint(fields=('name', 'category', 'stage', 'language'), name='one_text_per_use')],
            },
        ),
        migrations.CreateModel(
            name='StandardTextVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('words', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.standardtext')),
            ],
            options={
                'db_table': 'cases_standardtextversion',
            },
        ),
        migrations.CreateModel(
            name='ToFind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
            ],
            options={
                'db_table': 'cases_tofind',
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='to_find_in_order')],
            },
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(condition=models.Q(('active', True), ('valid_until__isnull', False)), fields=['valid_until'], name='answer_expiring'),
        ),
        migrations.AddConstraint(
            model_name='answerversion',
            constraint=models.UniqueConstraint(fields=('answer', 'number'), name='one_answer_version'),
        ),
        migrations.AddIndex(
            model_name='savedview',
            index=models.Index(condition=models.Q(('team__isnull', False)), fields=['team'], name='view_team'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('owner', 'name'), name='one_view_per_name'),
        ),
        migrations.AddConstraint(
            model_name='standardtextversion',
            constraint=models.UniqueConstraint(fields=('text', 'number'), name='one_standard_text_version'),
        ),
        migrations.RunPython(make_index, drop_index),
    ]
