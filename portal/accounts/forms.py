"""Forms of django-allauth with the labels and the look of the portal."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User

EMAIL = _("Adresse électronique")
PASSWORD = _("Mot de passe")
NEW_PASSWORD = _("Nouveau mot de passe")
REPEAT_PASSWORD = _("Le même, encore une fois")
PASSWORD_HELP = _(
    "Au moins 12 caractères : quelques mots qui n'ont rien à voir entre eux font l'affaire."
)


class LabelledForm(forms.Form):
    """Takes labels and help from `texts`; shows no placeholder."""

    texts: dict[str, tuple[Any, Any]] = {}  # label and help of each field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        for name, (label, help_text) in self.texts.items():
            field = self.fields[name]
            field.label, field.help_text = label, help_text
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs["inputmode"] = "numeric"


class SignInForm(LabelledForm, account_forms.LoginForm):
    texts = {"login": (EMAIL, ""), "password": (PASSWORD, "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ConfirmPasswordForm(LabelledForm, account_forms.ReauthenticateForm):
    texts = {"password": (PASSWORD, "")}


class ForgottenPasswordForm(LabelledForm, account_forms.ResetPasswordForm):
    users: list[User]
    texts = {"email": (EMAIL, _("Celle de votre compte."))}

    def clean_email(self) -> str:
        """Send nothing to users who have not accepted their invitation yet."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.has_accepted]
        return email


class NewPasswordForm(LabelledForm, account_forms.ResetPasswordKeyForm):
    texts = {"password1": (NEW_PASSWORD, PASSWORD_HELP), "password2": (REPEAT_PASSWORD, "")}


class ChangePasswordForm(LabelledForm, account_forms.ChangePasswordForm):
    texts = {
        "oldpassword": (_("Mot de passe actuel"), ""),
        "password1": (NEW_PASSWORD, PASSWORD_HELP),
        "password2": (REPEAT_PASSWORD, ""),
    }


class InvitationForm(LabelledForm, account_forms.ResetPasswordKeyForm):
    name = forms.CharField(required=False, max_length=150)
    texts = {
        "name": (_("Votre nom"), _("Facultatif : celui que vos collègues verront.")),
        "password1": (_("Mot de passe"), PASSWORD_HELP),
        "password2": (REPEAT_PASSWORD, ""),
    }
    field_order = ["name", "password1", "password2"]


class EnterCodeForm(LabelledForm, mfa_forms.AuthenticateForm):
    texts = {"code": (_("Code"), _("Six chiffres de l'application, ou un code de secours."))}


class ConfirmCodeForm(LabelledForm, mfa_forms.ReauthenticateForm):
    texts = EnterCodeForm.texts


class SetUpCodeForm(LabelledForm, totp_forms.ActivateTOTPForm):
    texts = {"code": (_("Code"), _("Les six chiffres que l'application montre maintenant."))}
