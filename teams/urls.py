from django.urls import path

from teams import history_pages, people, views

urlpatterns = [
    path("equipes/", views.team_list, name="team-list"),
    path("equipes/<slug:slug>/", views.team_detail, name="team-detail"),
    path("espace/histoires/<slug:nature>/<int:pk>/", history_pages.history_page, name="history"),
    path(
        "espace/histoires/<slug:nature>/<int:pk>.csv",
        history_pages.history_table,
        name="history-table",
    ),
    path("espace/personnes/", people.people, name="people"),
    path("espace/personnes/journal/", people.journal, name="people-journal"),
    path("espace/personnes/connexions/", people.sign_ins, name="people-sign-ins"),
    path("espace/personnes/<int:pk>/retirer/", people.take, name="people-take"),
    path("espace/personnes/<int:pk>/lien/", people.invite_again, name="people-invite-again"),
    path("espace/personnes/<int:pk>/code/", people.remove_code, name="people-remove-code"),
]
