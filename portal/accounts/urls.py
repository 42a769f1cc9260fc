"""Addresses of accounts. Those of django-allauth that are not here do not exist."""

from allauth.account import views as allauth
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path, re_path

from portal.accounts import proconnect, sign_in_views, views

urlpatterns = [
    path("connexion/", sign_in_views.SignInView.as_view(), name="account_login"),
    path("connexion/code/", sign_in_views.GiveCodeView.as_view(), name="mfa_authenticate"),
    path(
        "connexion/confirmer/",
        sign_in_views.ConfirmPasswordView.as_view(),
        name="account_reauthenticate",
    ),
    path(
        "connexion/confirmer-code/",
        sign_in_views.ConfirmCodeView.as_view(),
        name="mfa_reauthenticate",
    ),
    path("connexion/compte-ferme/", allauth.account_inactive, name="account_inactive"),
    path("connexion/proconnect/", proconnect.login, name="proconnect_login"),
    path("connexion/proconnect/retour/", proconnect.callback, name="proconnect_callback"),
    path("deconnexion/", sign_in_views.SignOutView.as_view(), name="account_logout"),
    path(
        "mot-de-passe/oublie/",
        sign_in_views.ForgottenPasswordView.as_view(),
        name="account_reset_password",
    ),
    path(
        "mot-de-passe/oublie/envoye/",
        allauth.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "mot-de-passe/nouveau/enregistre/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in_views.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("invitation/", views.invitation_answer, name="invitation-answer"),
    path("invitation/acceptee/", views.invitation_accepted, name="invitation-accepted"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("compte/", views.account, name="account"),
    path(
        "compte/mot-de-passe/",
        sign_in_views.ChangePasswordView.as_view(),
        name="account_change_password",
    ),
    path("compte/sessions/", views.sessions, name="sessions"),
    path("compte/code/", codes.index, name="mfa_index"),
    path("compte/code/installer/", sign_in_views.SetUpCodeView.as_view(), name="mfa_activate_totp"),
    path(
        "compte/code/retirer/", sign_in_views.RemoveCodeView.as_view(), name="mfa_deactivate_totp"
    ),
    path("compte/code/secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "compte/code/secours/nouveaux/",
        sign_in_views.NewRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
