"""People and rights are not edited here but at `/espace/personnes/`, which keeps who gave what."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

admin.site.unregister([Group, EmailAddress, Authenticator])
