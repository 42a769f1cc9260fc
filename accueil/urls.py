from django.urls import path, re_path

from accueil import (
    activity_pages,
    desk_views,
    figure_pages,
    keeping,
    point_views,
    reports,
    round_pages,
    special_hours_pages,
    views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("signaler/", reports.report, name="report"),
    path("signaler/merci/", reports.thanks, name="report-thanks"),
    path("espace/signalements/<int:pk>/traite/", reports.handled, name="report-handled"),
    path("chiffres/", figure_pages.figure_list, name="figure-list"),
    path("chiffres/chiffres.csv", figure_pages.figure_csv, name="figure-csv"),
    path("espace/activite/", activity_pages.activity_entry, name="activity-entry"),
    path("espace/activite/suivi/", activity_pages.activity_followed, name="activity"),
    path("espace/activite/suivi/activite.csv", activity_pages.activity_csv, name="activity-csv"),
    path(
        "espace/activite/suivi/informations-preoccupantes.csv",
        activity_pages.referrals_csv,
        name="referrals-csv",
    ),
    path("espace/accueil/", keeping.overview, name="keeping"),
    path("espace/accueil/points/nouveau/", keeping.point_add, name="keeping-point-add"),
    path("espace/accueil/points/<int:pk>/", keeping.point, name="keeping-point"),
    path(
        "espace/accueil/points/<int:pk>/toujours-vrai/",
        keeping.point_checked,
        name="keeping-point-checked",
    ),
    path("espace/accueil/points/<int:pk>/arrets/", round_pages.stops, name="keeping-round"),
    path(
        "espace/accueil/points/<int:pk>/arrets/nouveau/",
        round_pages.stop_add,
        name="keeping-stop-add",
    ),
    path("espace/accueil/arrets/<int:pk>/", round_pages.stop, name="keeping-stop"),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/$",
        round_pages.passage,
        name="keeping-passage",
    ),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/retablir/$",
        round_pages.passage_restore,
        name="keeping-passage-restore",
    ),
    path("espace/accueil/lignes/nouvelle/", keeping.line_add, name="keeping-line-add"),
    path("espace/accueil/lignes/<int:pk>/", keeping.line, name="keeping-line"),
    path(
        "espace/accueil/lignes/<int:pk>/toujours-vrai/",
        keeping.line_checked,
        name="keeping-line-checked",
    ),
    path(
        "espace/accueil/fermetures/",
        special_hours_pages.special_hours_list,
        name="special-hours-list",
    ),
    path(
        "espace/accueil/fermetures/nouvelle/",
        special_hours_pages.special_hours_add,
        name="special-hours-add",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/",
        special_hours_pages.special_hours,
        name="special-hours",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/retirer/",
        special_hours_pages.special_hours_withdraw,
        name="special-hours-withdraw",
    ),
    path("trouver/", views.find, name="find"),
    path("accueil/", desk_views.reception_list, name="reception-list"),
    path(
        "accueil/fond/<slug:department>.svg", desk_views.reception_ground, name="reception-ground"
    ),
    path("accueil/<slug:slug>/", point_views.reception_point, name="reception-point"),
    path("accueil/<slug:slug>/calendrier.ics", point_views.round_calendar, name="round-calendar"),
    path(
        "accueil/<slug:slug>/arrets/<int:pk>/calendrier.ics",
        point_views.stop_calendar,
        name="stop-calendar",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/rendez-vous.ics$",
        views.appointment,
        name="appointment",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/$", views.commune_detail, name="commune-detail"
    ),
]
