from django.urls import path

from accueil import views

urlpatterns = [path("", views.home, name="home")]
