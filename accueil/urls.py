from django.urls import path, re_path

from accueil.activity import views as activity_views
from accueil.editing.closures import views as closure_views
from accueil.editing.points import views as point_views
from accueil.editing.rounds import views as round_views
from accueil.figures import views as figure_views
from accueil.lookup import views as lookup_views
from accueil.needs import views as need_views
from accueil.reception_points import detail_views as reception_point_detail_views
from accueil.reception_points import views as reception_point_views
from accueil.reports import views as report_views
from accueil.unknowns import views as unknown_views

urlpatterns = [
    path("", lookup_views.home, name="home"),
    path("signaler/", report_views.report_create, name="report-create"),
    path("signaler/merci/", report_views.report_thanks, name="report-thanks"),
    path(
        "espace/signalements/<int:pk>/traite/",
        report_views.report_mark_handled,
        name="report-mark-handled",
    ),
    path("chiffres/", figure_views.figure_list, name="figure-list"),
    path("chiffres/chiffres.csv", figure_views.figure_csv, name="figure-csv"),
    path("espace/activite/", activity_views.activity_entry, name="activity-entry"),
    path("espace/activite/suivi/", activity_views.activity_dashboard, name="activity-dashboard"),
    path("espace/activite/suivi/activite.csv", activity_views.activity_csv, name="activity-csv"),
    path(
        "espace/activite/suivi/informations-preoccupantes.csv",
        activity_views.referrals_csv,
        name="referrals-csv",
    ),
    path("espace/accueil/", point_views.contact_list, name="contact-list"),
    path("espace/accueil/points/nouveau/", point_views.point_create, name="reception-point-create"),
    path(
        "espace/accueil/points/<int:pk>/", point_views.point_update, name="reception-point-update"
    ),
    path(
        "espace/accueil/points/<int:pk>/toujours-vrai/",
        point_views.point_mark_checked,
        name="reception-point-mark-checked",
    ),
    path("espace/accueil/points/<int:pk>/arrets/", round_views.stop_list, name="stop-list"),
    path(
        "espace/accueil/points/<int:pk>/arrets/nouveau/",
        round_views.stop_create,
        name="stop-create",
    ),
    path("espace/accueil/arrets/<int:pk>/", round_views.stop_update, name="stop-update"),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/$",
        round_views.passage_update,
        name="passage-update",
    ),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/retablir/$",
        round_views.passage_restore,
        name="passage-restore",
    ),
    path(
        "espace/accueil/lignes/nouvelle/", point_views.phone_line_create, name="phone-line-create"
    ),
    path(
        "espace/accueil/lignes/<int:pk>/", point_views.phone_line_update, name="phone-line-update"
    ),
    path(
        "espace/accueil/lignes/<int:pk>/toujours-vrai/",
        point_views.phone_line_mark_checked,
        name="phone-line-mark-checked",
    ),
    path(
        "espace/accueil/fermetures/",
        closure_views.special_hours_list,
        name="special-hours-list",
    ),
    path(
        "espace/accueil/fermetures/nouvelle/",
        closure_views.special_hours_create,
        name="special-hours-create",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/",
        closure_views.special_hours_update,
        name="special-hours-update",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/retirer/",
        closure_views.special_hours_withdraw,
        name="special-hours-withdraw",
    ),
    path("ce-que-nous-ne-savons-pas/", unknown_views.gap_list, name="gap-list"),
    path("besoins/", need_views.need_list, name="need-list"),
    path("besoins/<slug:slug>/", need_views.need_detail, name="need-detail"),
    path("trouver/", lookup_views.answer_detail, name="answer-detail"),
    path("accueil/", reception_point_views.reception_point_list, name="reception-point-list"),
    path(
        "accueil/fond/<slug:department>.svg",
        reception_point_views.reception_base_map,
        name="reception-base-map",
    ),
    path(
        "accueil/<slug:slug>/qr.svg",
        reception_point_detail_views.point_qr_code,
        name="reception-point-qr-code",
    ),
    path(
        "accueil/<slug:slug>/",
        reception_point_detail_views.reception_point_detail,
        name="reception-point-detail",
    ),
    path(
        "accueil/<slug:slug>/calendrier.ics",
        reception_point_detail_views.round_calendar,
        name="round-calendar",
    ),
    path(
        "accueil/<slug:slug>/arrets/<int:pk>/calendrier.ics",
        reception_point_detail_views.stop_calendar,
        name="stop-calendar",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9ABab][0-9]{3})/rendez-vous.ics$",
        lookup_views.commune_appointment,
        name="commune-appointment",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9ABab][0-9]{3})/qr.svg$",
        lookup_views.commune_qr_code,
        name="commune-qr-code",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9ABab][0-9]{3})/$",
        lookup_views.commune_detail,
        name="commune-detail",
    ),
]
