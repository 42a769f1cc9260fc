from django.urls import path

from teams.directory import views
from teams.history import views as history_views
from teams.people import views as people_views

urlpatterns = [
    path("equipes/", views.team_list, name="team-list"),
    path("equipes/<slug:slug>/", views.team_detail, name="team-detail"),
    path("espace/histoires/<slug:nature>/<int:pk>/", history_views.history_page, name="history"),
    path(
        "espace/histoires/<slug:nature>/<int:pk>.csv",
        history_views.history_table,
        name="history-table",
    ),
    path("espace/personnes/", people_views.people, name="people"),
    path("espace/personnes/journal/", people_views.journal, name="people-journal"),
    path("espace/personnes/connexions/", people_views.sign_ins, name="people-sign-ins"),
    path("espace/personnes/<int:pk>/retirer/", people_views.take, name="people-take"),
    path("espace/personnes/<int:pk>/lien/", people_views.invite_again, name="people-invite-again"),
    path("espace/personnes/<int:pk>/code/", people_views.remove_code, name="people-remove-code"),
]
