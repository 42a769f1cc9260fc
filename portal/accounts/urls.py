"""URLs of accounts. The views of django-allauth that are not listed here are not served."""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path, re_path

from portal.accounts import views

urlpatterns = [
    path("connexion/", views.SignInView.as_view(), name="account_login"),
    path("connexion/code/", views.EnterCodeView.as_view(), name="mfa_authenticate"),
    path(
        "connexion/confirmer/",
        views.ConfirmPasswordView.as_view(),
        name="account_reauthenticate",
    ),
    path(
        "connexion/confirmer-code/",
        views.ConfirmCodeView.as_view(),
        name="mfa_reauthenticate",
    ),
    path("connexion/compte-ferme/", account_views.account_inactive, name="account_inactive"),
    path("connexion/proconnect/", views.proconnect_login, name="proconnect_login"),
    path("connexion/proconnect/retour/", views.proconnect_callback, name="proconnect_callback"),
    path("deconnexion/", views.SignOutView.as_view(), name="account_logout"),
    path(
        "mot-de-passe/oublie/",
        views.ForgottenPasswordView.as_view(),
        name="account_reset_password",
    ),
    path(
        "mot-de-passe/oublie/envoye/",
        account_views.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "mot-de-passe/nouveau/enregistre/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("invitation/", views.invitation_accept, name="invitation-accept"),
    path("invitation/acceptee/", views.invitation_accepted, name="invitation-accepted"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("compte/", views.account, name="account"),
    path(
        "compte/mot-de-passe/",
        views.ChangePasswordView.as_view(),
        name="account_change_password",
    ),
    path("compte/sessions/", views.sessions, name="sessions"),
    path("compte/code/", mfa_views.index, name="mfa_index"),
    path("compte/code/installer/", views.SetUpCodeView.as_view(), name="mfa_activate_totp"),
    path("compte/code/retirer/", views.RemoveCodeView.as_view(), name="mfa_deactivate_totp"),
    path("compte/code/secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "compte/code/secours/nouveaux/",
        views.NewRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
