from django.urls import path

from relocations.editing import views as editing_views
from relocations.feeds import views as feed_views
from relocations.schedule import views
from relocations.subscriptions import views as subscription_views

urlpatterns = [
    path("demenagements/", views.relocation_list, name="relocation-list"),
    path("demenagements/<int:pk>/", views.relocation_detail, name="relocation-detail"),
    path(
        "espace/demenagements/nouveau/",
        editing_views.relocation_create,
        name="relocation-create",
    ),
    path(
        "espace/demenagements/<int:pk>/", editing_views.relocation_update, name="relocation-update"
    ),
    path(
        "espace/demenagements/<int:pk>/histoire.csv",
        editing_views.relocation_history_csv,
        name="relocation-history-csv",
    ),
    path(
        "demenagements/calendrier.ics",
        feed_views.relocation_calendar,
        name="relocation-calendar",
    ),
    path("demenagements/flux.atom", feed_views.relocation_feed, name="relocation-feed"),
    path("equipes/<slug:slug>/calendrier.ics", feed_views.team_calendar, name="team-calendar"),
    path(
        "equipes/<slug:slug>/me-prevenir/",
        subscription_views.subscription_create,
        name="subscription-create",
    ),
    path(
        "equipes/<slug:slug>/me-prevenir/envoye/",
        subscription_views.subscription_sent,
        name="subscription-sent",
    ),
    path(
        "me-prevenir/confirmer/<slug:token>/",
        subscription_views.subscription_confirm,
        name="subscription-confirm",
    ),
    path(
        "me-prevenir/arreter/<slug:token>/",
        subscription_views.subscription_stop,
        name="subscription-stop",
    ),
]
