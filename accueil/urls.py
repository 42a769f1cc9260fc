from django.urls import path, re_path

from accueil import activity_pages, desk_views, figure_pages, point_views, reports, views

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
