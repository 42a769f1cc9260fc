from django.urls import path, re_path

from accueil import desk_views, point_views, reports, views

urlpatterns = [
    path("", views.home, name="home"),
    path("signaler/", reports.report, name="report"),
    path("signaler/merci/", reports.thanks, name="report-thanks"),
    path("espace/signalements/<int:pk>/traite/", reports.handled, name="report-handled"),
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
