from django.urls import path, re_path

from accueil.activity import pages as activity
from accueil.answering import views as answering
from accueil.desk import point_views
from accueil.desk import views as desk
from accueil.figures import pages as figures
from accueil.keeping import door_pages, round_pages, special_hours_pages
from accueil.reporting import pages as reporting

urlpatterns = [
    path("", answering.home, name="home"),
    path("signaler/", reporting.report, name="report"),
    path("signaler/merci/", reporting.thanks, name="report-thanks"),
    path("espace/signalements/<int:pk>/traite/", reporting.handled, name="report-handled"),
    path("chiffres/", figures.figure_list, name="figure-list"),
    path("chiffres/chiffres.csv", figures.figure_csv, name="figure-csv"),
    path("espace/activite/", activity.activity_entry, name="activity-entry"),
    path("espace/activite/suivi/", activity.activity_followed, name="activity"),
    path("espace/activite/suivi/activite.csv", activity.activity_csv, name="activity-csv"),
    path(
        "espace/activite/suivi/informations-preoccupantes.csv",
        activity.referrals_csv,
        name="referrals-csv",
    ),
    path("espace/accueil/", door_pages.overview, name="keeping"),
    path("espace/accueil/points/nouveau/", door_pages.point_add, name="keeping-point-add"),
    path("espace/accueil/points/<int:pk>/", door_pages.point, name="keeping-point"),
    path(
        "espace/accueil/points/<int:pk>/toujours-vrai/",
        door_pages.point_checked,
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
    path("espace/accueil/lignes/nouvelle/", door_pages.line_add, name="keeping-line-add"),
    path("espace/accueil/lignes/<int:pk>/", door_pages.line, name="keeping-line"),
    path(
        "espace/accueil/lignes/<int:pk>/toujours-vrai/",
        door_pages.line_checked,
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
    path("trouver/", answering.find, name="find"),
    path("accueil/", desk.reception_list, name="reception-list"),
    path("accueil/fond/<slug:department>.svg", desk.reception_ground, name="reception-ground"),
    path("accueil/<slug:slug>/", point_views.reception_point, name="reception-point"),
    path("accueil/<slug:slug>/calendrier.ics", point_views.round_calendar, name="round-calendar"),
    path(
        "accueil/<slug:slug>/arrets/<int:pk>/calendrier.ics",
        point_views.stop_calendar,
        name="stop-calendar",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/rendez-vous.ics$",
        answering.appointment,
        name="appointment",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/$",
        answering.commune_detail,
        name="commune-detail",
    ),
]
