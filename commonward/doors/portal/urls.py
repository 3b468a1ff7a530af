"""The addresses of the portal; what stands after my/ is a secret of one reporter."""

from django.urls import path, re_path

from commonward.doors.portal.dispute_urls import dispute_patterns
from commonward.doors.portal.programme_urls import programme_patterns
from commonward.doors.portal.views import (
    answers,
    copy,
    data,
    figures,
    home,
    hotspots,
    mail,
    mine,
    neighbour,
    own_data,
    payment,
    proof,
    public,
    published,
    receipts,
    report,
    urgent,
)

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("report/", report.report, name="report"),
    path("report/near/", report.near, name="near"),
    path("report/danger.json", home.danger, name="danger"),
    path("help/", urgent.send_help, name="help"),
    path("stop-payment/", payment.stop_payment, name="stop_payment"),
    path("stop-payment/<str:key>/", payment.payment_receipt, name="payment_receipt"),
    path("follow/", receipts.follow, name="follow"),
    path("my/<str:key>/", mine.mine, name="mine"),
    path("my/<str:key>/receipt/", receipts.receipt, name="receipt"),
    path("my/<str:key>/link/", receipts.link, name="link"),
    path("my/<str:key>/proof/", proof.proof, name="proof"),
    path("my/<str:key>/proof/receipt.json", proof.proof_file, name="proof_file"),
    path("my/<str:key>/copy.zip", copy.copy, name="copy"),
    path("my/<str:key>/kept/", own_data.own_data, name="own_data"),
    path("my/<str:key>/mail/", mail.mine, name="mail_mine"),
    path("my/<str:key>/answer/<int:question>/", mine.answer, name="answer"),
    path("my/<str:key>/object/", mine.object_to, name="object"),
    path("my/<str:key>/neighbour/", neighbour.go_along, name="go_along"),
    path("my/<str:key>/<slug:verb>/", mine.step, name="step"),
    path("answers/", answers.answers, name="answers"),
    path("answers/<int:answer>/", answers.answer, name="known_answer"),
    path("answers/<int:answer>/helped/", answers.helped, name="answer_helped"),
    path("hotspots/", hotspots.hotspots, name="hotspots"),
    path("hotspots/hotspots.csv", hotspots.table, name="hotspots_csv"),
    path("figures/", published.figures, name="figures"),
    path("data/", data.data, name="data"),
    re_path(
        r"^data/(?P<version>latest|\d{4}-\d\d-\d\d)/(?P<name>[\w.]+)$", data.file, name="data_file"
    ),
    re_path(r"^feed\.(?P<form>atom|rss)$", data.feed, name="feed"),
    re_path(r"^areas/(?P<code>[\w-]+)/feed\.(?P<form>atom|rss)$", data.feed, name="area_feed"),
    path("figures/<slug:name>/", figures.figure, name="figure"),
    path("areas/", public.areas, name="areas"),
    path("areas/<slug:code>/", public.area, name="area"),
    path("cases/<str:number>/", public.case, name="case"),
    path("cases/<str:number>/mail/", mail.case, name="mail_case"),
    *dispute_patterns,
    *programme_patterns,
    path("mail/<slug:token>/", mail.mail, name="mail"),
    path("mail/<slug:token>/stop/", mail.stop, name="mail_stop"),
    re_path(r"^photos/(?P<name>[0-9a-f]{2}/[0-9a-f]{30})\.jpg$", public.photo, name="photo"),
]
