from django.urls import path

from relocations import changing, feeds, subscription_pages, views

urlpatterns = [
    path("demenagements/", views.relocation_list, name="relocation-list"),
    path("demenagements/<int:pk>/", views.relocation_detail, name="relocation-detail"),
    path("espace/demenagements/nouveau/", changing.relocation_announce, name="relocation-announce"),
    path("espace/demenagements/<int:pk>/", changing.relocation_change, name="relocation-change"),
    path(
        "espace/demenagements/<int:pk>/histoire.csv",
        changing.relocation_history,
        name="relocation-history",
    ),
    path(
        "demenagements/calendrier.ics",
        feeds.relocation_calendar,
        name="relocation-calendar",
    ),
    path("demenagements/flux.atom", feeds.relocation_feed, name="relocation-feed"),
    path("equipes/<slug:slug>/calendrier.ics", feeds.team_calendar, name="team-calendar"),
    path("equipes/<slug:slug>/me-prevenir/", subscription_pages.subscribe, name="subscribe"),
    path(
        "equipes/<slug:slug>/me-prevenir/envoye/",
        subscription_pages.subscribe_sent,
        name="subscribe-sent",
    ),
    path(
        "me-prevenir/confirmer/<slug:token>/",
        subscription_pages.confirm,
        name="subscription-confirm",
    ),
    path("me-prevenir/arreter/<slug:token>/", subscription_pages.stop, name="subscription-stop"),
]
