from django.urls import path

from teams.directory import views
from teams.history import views as history_views
from teams.people import views as people_views

urlpatterns = [
    path("equipes/", views.team_list, name="team-list"),
    path("equipes/<slug:slug>/", views.team_detail, name="team-detail"),
    path("equipes/<slug:slug>/qr.svg", views.team_qr_code, name="team-qr-code"),
    path(
        "espace/histoires/<slug:nature>/<int:pk>/",
        history_views.history_detail,
        name="history-detail",
    ),
    path(
        "espace/histoires/<slug:nature>/<int:pk>.csv",
        history_views.history_csv,
        name="history-csv",
    ),
    path("espace/personnes/", people_views.people_list, name="people-list"),
    path("espace/personnes/journal/", people_views.right_change_list, name="right-change-list"),
    path("espace/personnes/connexions/", people_views.sign_in_list, name="sign-in-list"),
    path("espace/personnes/<int:pk>/retirer/", people_views.right_revoke, name="right-revoke"),
    path(
        "espace/personnes/<int:pk>/lien/",
        people_views.invitation_resend,
        name="invitation-resend",
    ),
    path(
        "espace/personnes/<int:pk>/code/",
        people_views.one_time_code_reset,
        name="one-time-code-reset",
    ),
]
