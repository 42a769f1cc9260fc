from django.urls import path, re_path

from accueil import reports, views

urlpatterns = [
    path("", views.home, name="home"),
    path("signaler/", reports.report, name="report"),
    path("signaler/merci/", reports.thanks, name="report-thanks"),
    path("espace/signalements/<int:pk>/traite/", reports.handled, name="report-handled"),
    path("trouver/", views.find, name="find"),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/rendez-vous.ics$",
        views.appointment,
        name="appointment",
    ),
    re_path(
        r"^communes/(?P<code>[0-9][0-9AB][0-9]{3})/$", views.commune_detail, name="commune-detail"
    ),
]
