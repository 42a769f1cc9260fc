from django.urls import path, re_path

from accueil.activity import views as activity
from accueil.editing.closures import views as closure_views
from accueil.editing.points import views as point_views
from accueil.editing.rounds import views as round_views
from accueil.figures import views as figures
from accueil.lookup import views as answering
from accueil.reception_points import detail_views
from accueil.reception_points import views as desk
from accueil.reports import views as reporting

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
    path("espace/accueil/", point_views.overview, name="keeping"),
    path("espace/accueil/points/nouveau/", point_views.point_add, name="keeping-point-add"),
    path("espace/accueil/points/<int:pk>/", point_views.point, name="keeping-point"),
    path(
        "espace/accueil/points/<int:pk>/toujours-vrai/",
        point_views.point_checked,
        name="keeping-point-checked",
    ),
    path("espace/accueil/points/<int:pk>/arrets/", round_views.stops, name="keeping-round"),
    path(
        "espace/accueil/points/<int:pk>/arrets/nouveau/",
        round_views.stop_add,
        name="keeping-stop-add",
    ),
    path("espace/accueil/arrets/<int:pk>/", round_views.stop, name="keeping-stop"),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/$",
        round_views.passage,
        name="keeping-passage",
    ),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/retablir/$",
        round_views.passage_restore,
        name="keeping-passage-restore",
    ),
    path("espace/accueil/lignes/nouvelle/", point_views.line_add, name="keeping-line-add"),
    path("espace/accueil/lignes/<int:pk>/", point_views.line, name="keeping-line"),
    path(
        "espace/accueil/lignes/<int:pk>/toujours-vrai/",
        point_views.line_checked,
        name="keeping-line-checked",
    ),
    path(
        "espace/accueil/fermetures/",
        closure_views.special_hours_list,
        name="special-hours-list",
    ),
    path(
        "espace/accueil/fermetures/nouvelle/",
        closure_views.special_hours_add,
        name="special-hours-add",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/",
        closure_views.special_hours,
        name="special-hours",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/retirer/",
        closure_views.special_hours_withdraw,
        name="special-hours-withdraw",
    ),
    path("trouver/", answering.find, name="find"),
    path("accueil/", desk.reception_list, name="reception-list"),
    path("accueil/fond/<slug:department>.svg", desk.reception_ground, name="reception-ground"),
    path("accueil/<slug:slug>/", detail_views.reception_point, name="reception-point"),
    path("accueil/<slug:slug>/calendrier.ics", detail_views.round_calendar, name="round-calendar"),
    path(
        "accueil/<slug:slug>/arrets/<int:pk>/calendrier.ics",
        detail_views.stop_calendar,
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
