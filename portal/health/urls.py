from django.urls import path

from portal.health import views

urlpatterns = [
    path("sante/", views.health, name="health"),
    path("sante/metriques/", views.prometheus_metrics, name="metrics"),
]
