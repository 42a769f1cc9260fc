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
    path("signaler/", reporting.report_create, name="report"),
    path("signaler/merci/", reporting.report_thanks, name="report-thanks"),
    path(
        "espace/signalements/<int:pk>/traite/", reporting.report_mark_handled, name="report-handled"
    ),
    path("chiffres/", figures.figure_list, name="figure-list"),
    path("chiffres/chiffres.csv", figures.figure_csv, name="figure-csv"),
    path("espace/activite/", activity.activity_entry, name="activity-entry"),
    path("espace/activite/suivi/", activity.activity_dashboard, name="activity"),
    path("espace/activite/suivi/activite.csv", activity.activity_csv, name="activity-csv"),
    path(
        "espace/activite/suivi/informations-preoccupantes.csv",
        activity.referrals_csv,
        name="referrals-csv",
    ),
    path("espace/accueil/", point_views.contact_list, name="keeping"),
    path("espace/accueil/points/nouveau/", point_views.point_create, name="keeping-point-add"),
    path("espace/accueil/points/<int:pk>/", point_views.point_update, name="keeping-point"),
    path(
        "espace/accueil/points/<int:pk>/toujours-vrai/",
        point_views.point_mark_checked,
        name="keeping-point-checked",
    ),
    path("espace/accueil/points/<int:pk>/arrets/", round_views.stop_list, name="keeping-round"),
    path(
        "espace/accueil/points/<int:pk>/arrets/nouveau/",
        round_views.stop_create,
        name="keeping-stop-add",
    ),
    path("espace/accueil/arrets/<int:pk>/", round_views.stop_update, name="keeping-stop"),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/$",
        round_views.passage_update,
        name="keeping-passage",
    ),
    re_path(
        r"^espace/accueil/arrets/(?P<pk>\d{1,9})/passages/(?P<day>\d{4}-\d\d-\d\d)/retablir/$",
        round_views.passage_restore,
        name="keeping-passage-restore",
    ),
    path("espace/accueil/lignes/nouvelle/", point_views.phone_line_create, name="keeping-line-add"),
    path("espace/accueil/lignes/<int:pk>/", point_views.phone_line_update, name="keeping-line"),
    path(
        "espace/accueil/lignes/<int:pk>/toujours-vrai/",
        point_views.phone_line_mark_checked,
        name="keeping-line-checked",
    ),
    path(
        "espace/accueil/fermetures/",
        closure_views.special_hours_list,
        name="special-hours-list",
    ),
    path(
        "espace/accueil/fermetures/nouvelle/",
        closure_views.special_hours_create,
        name="special-hours-add",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/",
        closure_views.special_hours_update,
        name="special-hours",
    ),
    path(
        "espace/accueil/fermetures/<int:pk>/retirer/",
        closure_views.special_hours_withdraw,
        name="special-hours-withdraw",
    ),
    path("trouver/", answering.find, name="find"),
    path("accueil/", desk.reception_point_list, name="reception-list"),
    path("accueil/fond/<slug:department>.svg", desk.reception_base_map, name="reception-ground"),
    path("accueil/<slug:slug>/", detail_views.reception_point_detail, name="reception-point"),
    path("accueil/<slug:slug>/calendrier.ics", detail_views.round_calendar, name="round-calendar"),
    path(
        "accueil/<slug:slug>/arrets/<int:pk>/calendrier.ics",
        detail_views.stop_calendar,
        name="stop-calendar",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/rendez-vous.ics$",
        answering.commune_appointment,
        name="appointment",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/$",
        answering.commune_detail,
        name="commune-detail",
    ),
]
