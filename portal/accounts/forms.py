"""The forms of sign-in, password and code, in the portal's words and look."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

EMAIL = _("Adresse électronique")
PASSWORD = _("Mot de passe")
NEW = _("Nouveau mot de passe")
AGAIN = _("Le même, encore une fois")
RULES = _("Au moins 12 caractères : quelques mots qui n'ont rien à voir entre eux font l'affaire.")


class Worded(forms.Form):
    """Takes its labels and helps from `words`; nothing stands in a field before one types."""

    words: dict[str, tuple[Any, Any]] = {}  # of each field, its label and its help

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        for name, (label, help_text) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, help_text
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs["inputmode"] = "numeric"


class SignInForm(Worded, account.LoginForm):
    words = {"login": (EMAIL, ""), "password": (PASSWORD, "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ConfirmPasswordForm(Worded, account.ReauthenticateForm):
    words = {"password": (PASSWORD, "")}


class ForgottenPasswordForm(Worded, account.ResetPasswordForm):
    users: list[Any]
    words = {"email": (EMAIL, _("Celle de votre compte."))}

    def clean_email(self) -> str:
        """Nothing is sent to whoever has not accepted their invitation: it is what they have."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.has_accepted]
        return email


class NewPasswordForm(Worded, account.ResetPasswordKeyForm):
    words = {"password1": (NEW, RULES), "password2": (AGAIN, "")}


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    words = {
        "oldpassword": (_("Mot de passe actuel"), ""),
        "password1": (NEW, RULES),
        "password2": (AGAIN, ""),
    }


class InvitationForm(Worded, account.ResetPasswordKeyForm):
    name = forms.CharField(required=False, max_length=150)
    words = {
        "name": (_("Votre nom"), _("Facultatif : celui que vos collègues verront.")),
        "password1": (_("Mot de passe"), RULES),
        "password2": (AGAIN, ""),
    }
    field_order = ["name", "password1", "password2"]


class GiveCodeForm(Worded, codes.AuthenticateForm):
    words = {"code": (_("Code"), _("Six chiffres de l'application, ou un code de secours."))}


class ConfirmCodeForm(Worded, codes.ReauthenticateForm):
    words = GiveCodeForm.words


class SetUpCodeForm(Worded, totp.ActivateTOTPForm):
    words = {"code": (_("Code"), _("Les six chiffres que l'application montre maintenant."))}
