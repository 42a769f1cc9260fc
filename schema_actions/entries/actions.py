"""The forms of an entry's page: which one a person may use now, and what each does when posted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.accounts.rules import AnyUser
from schema_actions.entries import services
from schema_actions.entries.figures import previous_figures
from schema_actions.entries.forms import (
    DecisionForm,
    EntryForm,
    GiveBackForm,
    ReviewForm,
    ValidateForm,
)
from schema_actions.enums import EntryAction
from schema_actions.models import Entry
from schema_actions.workflow import ENTRY_ACTIONS, SAVE_DRAFT, EntryActionRow

PageForm = EntryForm | DecisionForm


@dataclass(frozen=True)
class ActionForm:
    """A form of the page: the row of the workflow that rules it, how it is made and applied."""

    row: EntryActionRow
    make: Callable[[Any, Entry], PageForm]
    apply: Callable[[Entry, Any, User], Entry]

    def is_allowed(self, user: AnyUser, entry: Entry) -> bool:
        """Return whether this person may do it; administrators too must not be authors."""
        if self.row.needs_another_person and entry.is_authored_by(user):
            return False
        return user.has_perm(self.row.permission, entry)

    def is_possible(self, entry: Entry) -> bool:
        return entry.evaluation.campaign.is_open and entry.status in self.row.from_statuses


def draft_form(data: Any, entry: Entry) -> EntryForm:
    return _entry_form(data, entry, is_strict=False)


def save_draft(entry: Entry, form: EntryForm, by: User) -> Entry:
    version = form.cleaned_data["version"]
    return services.save_draft(entry=entry, version=version, content=form.content, by=by)


def _submit_form(data: Any, entry: Entry) -> EntryForm:
    return _entry_form(data, entry, is_strict=True)


def _entry_form(data: Any, entry: Entry, *, is_strict: bool) -> EntryForm:
    return EntryForm(
        data,
        row=entry,
        version=entry.version,
        figures=entry.figures,
        indicators=previous_figures(entry.evaluation),
        is_strict=is_strict,
    )


def _submit(entry: Entry, form: EntryForm, by: User) -> Entry:
    version = form.cleaned_data["version"]
    return services.submit(entry=entry, version=version, content=form.content, by=by)


def _take_back(entry: Entry, form: DecisionForm, by: User) -> Entry:
    return services.take_back(entry=entry, by=by, version=form.cleaned_data["version"])


def _review(entry: Entry, form: ReviewForm, by: User) -> Entry:
    version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
    if form.cleaned_data["agrees"] == "yes":
        return services.agree(entry=entry, version=version, reason=reason, by=by)
    level = form.proposed_level
    return services.disagree(entry=entry, version=version, level=level, reason=reason, by=by)


def _give_back(entry: Entry, form: GiveBackForm, by: User) -> Entry:
    return services.give_back(entry=entry, by=by, **form.cleaned_data)


def _validate(entry: Entry, form: ValidateForm, by: User) -> Entry:
    version = form.cleaned_data["version"]
    return services.validate(
        entry=entry, version=version, by=by, takes_proposed=form.takes_proposed
    )


def _decision(form: type[DecisionForm]) -> Callable[[Any, Entry], DecisionForm]:
    return lambda data, entry: form(data, entry=entry)


# By the value of `acte` in the POST.
ACTION_FORMS: Mapping[str, ActionForm] = {
    "brouillon": ActionForm(SAVE_DRAFT, draft_form, save_draft),
    "remettre": ActionForm(ENTRY_ACTIONS[EntryAction.SUBMITTED], _submit_form, _submit),
    "reprendre": ActionForm(
        ENTRY_ACTIONS[EntryAction.TAKEN_BACK], _decision(DecisionForm), _take_back
    ),
    # The answer in the form makes it AGREED or DISAGREED: same people, same statuses.
    "relire": ActionForm(ENTRY_ACTIONS[EntryAction.AGREED], _decision(ReviewForm), _review),
    "rendre": ActionForm(
        ENTRY_ACTIONS[EntryAction.GIVEN_BACK], _decision(GiveBackForm), _give_back
    ),
    "valider": ActionForm(ENTRY_ACTIONS[EntryAction.VALIDATED], _decision(ValidateForm), _validate),
}
