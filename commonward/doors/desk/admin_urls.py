"""The addresses of administration."""

from django.urls import path

from commonward.doors.desk.views.admin import (
    accounts,
    answering,
    areas,
    calendars,
    categories,
    dispute_rules,
    explorer,
    home,
    hooks,
    keys,
    ledger,
    procedures,
    seeing,
    teams,
    word_spelling,
    words,
    words_danger,
    words_same,
)

admin_patterns = [
    path("admin/", home.admin_home, name="admin"),
    path("admin/accounts/", accounts.accounts, name="admin_accounts"),
    path("admin/accounts/<int:account>/", accounts.account, name="admin_account"),
    path("admin/seen/", seeing.end, name="admin_see_end"),
    path("admin/teams/", teams.teams, name="admin_teams"),
    path("admin/teams/<int:team>/", teams.team, name="admin_team"),
    path("admin/answering/", answering.rules, name="admin_rules"),
    path("admin/answering/<int:rule>/", answering.rule, name="admin_rule"),
    path("admin/areas/", areas.areas, name="admin_areas"),
    path("admin/areas/<str:code>/", areas.area, name="admin_area"),
    path("admin/areas/<str:code>/<slug:change>/", areas.area_change, name="admin_area_change"),
    path("admin/keys/", keys.api_keys, name="admin_keys"),
    path("admin/ledger/", ledger.ledger, name="admin_ledger"),
    path("admin/words/", words.words, name="admin_words"),
    path("admin/words/spelling/", word_spelling.word_spelling, name="admin_words_spelling"),
    path("admin/words/danger/", words_danger.words_danger, name="admin_words_danger"),
    path("admin/words/same/", words_same.words_same, name="admin_words_same"),
    path("admin/words/models/<str:version>/", words.words_model, name="admin_words_model"),
    path("admin/words/kinds/<str:code>/", words.words_kind, name="admin_words_kind"),
    path("admin/hooks/", hooks.hooks, name="admin_hooks"),
    path("admin/hooks/<int:hook>/", hooks.hook, name="admin_hook"),
    path("admin/calendars/", calendars.calendars, name="admin_calendars"),
    path("admin/calendars/<str:name>/", calendars.calendar, name="admin_calendar"),
    path("admin/categories/", categories.categories, name="admin_categories"),
    path("admin/categories/<str:code>/", categories.category, name="admin_category"),
    path("admin/explorer/", explorer.explorer, name="admin_explorer"),
    path(
        "admin/dispute-rules/<slug:kind>/", dispute_rules.dispute_rules, name="admin_dispute_rules"
    ),
    path("admin/procedures/", procedures.procedures, name="admin_procedures"),
    path("admin/procedures/<slug:name>/", procedures.procedure, name="admin_procedure"),
]
