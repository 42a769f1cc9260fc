from django.urls import path

from teams import views

urlpatterns = [
    path("equipes/", views.team_list, name="team-list"),
    path("equipes/<slug:slug>/", views.team_detail, name="team-detail"),
]
