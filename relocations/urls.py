from django.urls import path

from relocations import views

urlpatterns = [
    path("demenagements/", views.relocation_list, name="relocation-list"),
    path("demenagements/<int:pk>/", views.relocation_detail, name="relocation-detail"),
]
