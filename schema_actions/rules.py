"""Who may edit sheets, run campaigns, and write, review, validate or correct entries.

Rules are about people only; services check whether the status allows the action.
"""

import rules
from django.db.models import Q

from portal.accounts.models import User
from portal.accounts.rules import AnyUser, is_manager_of, is_pilot_in, is_reviewer_in
from portal.core.permissions.ownership import register
from schema_actions.models import ActionSheet, Campaign, Entry, Evaluation, Plan


@rules.predicate
def can_edit_sheet(user: AnyUser, sheet: ActionSheet | None = None) -> bool:
    """A manager of the plan's département."""
    return is_manager_of(user, sheet.plan.department_id if sheet else None)


def editable_sheets(user: User) -> Q:
    """Return the filter of the sheets for which `can_edit_sheet` is true."""
    return Q(plan__department__in=user.managed_departments)


@rules.predicate
def can_prepare_campaign(user: AnyUser, plan: Plan | None = None) -> bool:
    """A manager of the plan's département."""
    return is_manager_of(user, plan.department_id if plan else None)


@rules.predicate
def can_manage_campaign(user: AnyUser, campaign: Campaign | None = None) -> bool:
    """A manager of its plan's département: opens, freezes, publishes, transcribes levels."""
    return is_manager_of(user, campaign.plan.department_id if campaign else None)


@rules.predicate
def can_follow_campaign(user: AnyUser, campaign: Campaign | None = None) -> bool:
    """The managers and the reviewers of its plan's département."""
    department = campaign.plan.department_id if campaign else None
    return is_manager_of(user, department) or is_reviewer_in(user, department)


@rules.predicate
def can_write_entry(user: AnyUser, entry: Entry | None = None) -> bool:
    """One of its pilots, while they are a pilot in its plan's département."""
    if entry is None:
        return is_pilot_in(user)
    return is_pilot_in(user, _department(entry)) and user in entry.pilot_users


@rules.predicate
def can_review_entry(user: AnyUser, entry: Entry | None = None) -> bool:
    """A reviewer of its plan's département who is neither a pilot nor an author of it."""
    if entry is None:
        return is_reviewer_in(user)
    return is_reviewer_in(user, _department(entry)) and not entry.is_authored_by(user)


@rules.predicate
def can_validate_entry(user: AnyUser, entry: Entry | None = None) -> bool:
    """A manager of its plan's département who is neither a pilot nor an author of it."""
    if entry is None:
        return is_manager_of(user)
    return is_manager_of(user, _department(entry)) and not entry.is_authored_by(user)


@rules.predicate
def can_read_entry(user: AnyUser, entry: Entry | None = None) -> bool:
    """Its pilots, the reviewers and the managers of its plan's département."""
    department = _department(entry) if entry else None
    return (
        can_write_entry(user, entry)
        or is_reviewer_in(user, department)
        or is_manager_of(user, department)
    )


@rules.predicate
def can_correct_evaluation(user: AnyUser, evaluation: Evaluation | None = None) -> bool:
    """A manager of its plan's département who is neither a pilot nor an author of it."""
    if evaluation is None:
        return can_manage_campaign(user, None)
    entry = getattr(evaluation, "entry", None)  # an imported one has none
    is_own = entry is not None and entry.is_authored_by(user)
    return can_manage_campaign(user, evaluation.campaign) and not is_own


def _department(entry: Entry) -> str:
    return entry.evaluation.campaign.plan.department_id


register(Plan, "department", lambda user: Q(department__in=user.managed_departments))
register(ActionSheet, "plan__department", editable_sheets)

rules.add_perm("schema_actions", is_manager_of)
rules.add_perm("schema_actions.change_actionsheet", can_edit_sheet)
rules.add_perm("schema_actions.add_campaign", can_prepare_campaign)
rules.add_perm("schema_actions.change_campaign", can_manage_campaign)
rules.add_perm("schema_actions.view_campaign", can_follow_campaign)
rules.add_perm("schema_actions.view_entry", can_read_entry)
rules.add_perm("schema_actions.change_entry", can_write_entry)
rules.add_perm("schema_actions.review_entry", can_review_entry)
rules.add_perm("schema_actions.validate_entry", can_validate_entry)
rules.add_perm("schema_actions.change_evaluation", can_correct_evaluation)
