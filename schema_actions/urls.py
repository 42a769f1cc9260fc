from django.urls import path, register_converter

from schema_actions.campaigns import views as campaign_views
from schema_actions.corrections import views as correction_views
from schema_actions.entries import views as entry_views
from schema_actions.exports import views as export_views
from schema_actions.published import views
from schema_actions.transcription import views as transcription_views


class SheetKeyConverter:
    """The key of a sheet: a code, and a variant if any: "1.1.1", "1.3.1-enfance"."""

    regex = r"[0-9][0-9.]{0,9}(?:-[-a-zA-Z0-9_]{1,40})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SheetKeyConverter, "sheet")

CAMPAIGN = "schemas/<slug:plan_slug>/campagnes/<slug:campaign_slug>/"
WORKSPACE_CAMPAIGN = f"espace/{CAMPAIGN}"
ENTRY = f"{WORKSPACE_CAMPAIGN}fiches/<sheet:key>/"

urlpatterns = [
    path("schemas/", views.plan_list, name="plan-list"),
    path("schemas/<slug:plan_slug>/", views.plan_detail, name="plan-detail"),
    path("schemas/<slug:plan_slug>/fiches/", views.sheet_list, name="sheet-list"),
    path("schemas/<slug:plan_slug>/fiches/<sheet:key>/", views.sheet_detail, name="sheet-detail"),
    path(
        "schemas/<slug:plan_slug>/fiches/<sheet:key>/fiche.pdf",
        export_views.sheet_pdf,
        name="sheet-pdf",
    ),
    path(CAMPAIGN, views.campaign_detail, name="campaign-detail"),
    path(f"{CAMPAIGN}rapport.pdf", export_views.campaign_report, name="campaign-report"),
    path(f"{CAMPAIGN}fiches.csv", export_views.campaign_csv, name="campaign-csv"),
    path(f"{CAMPAIGN}fiches.xlsx", export_views.campaign_xlsx, name="campaign-xlsx"),
    path(
        "espace/schemas/<slug:plan_slug>/campagnes/",
        campaign_views.campaign_prepare,
        name="campaign-prepare",
    ),
    path(WORKSPACE_CAMPAIGN, campaign_views.campaign_board, name="campaign-board"),
    path(
        f"{WORKSPACE_CAMPAIGN}pilotes/", campaign_views.campaign_pilots, name="campaign-pilot-list"
    ),
    path(
        f"{WORKSPACE_CAMPAIGN}pilotes/<int:pk>/",
        campaign_views.campaign_pilot,
        name="campaign-pilot-edit",
    ),
    path(f"{WORKSPACE_CAMPAIGN}ouvrir/", campaign_views.campaign_open, name="campaign-open"),
    path(f"{WORKSPACE_CAMPAIGN}date/", campaign_views.campaign_due_date, name="campaign-due-date"),
    path(f"{WORKSPACE_CAMPAIGN}relancer/", campaign_views.campaign_remind, name="campaign-remind"),
    path(
        f"{WORKSPACE_CAMPAIGN}valider/", campaign_views.campaign_validate, name="campaign-validate"
    ),
    path(f"{WORKSPACE_CAMPAIGN}figer/", campaign_views.campaign_freeze, name="campaign-freeze"),
    path(f"{WORKSPACE_CAMPAIGN}publier/", campaign_views.campaign_publish, name="campaign-publish"),
    path(
        f"{WORKSPACE_CAMPAIGN}niveaux/",
        transcription_views.campaign_transcribe,
        name="campaign-transcribe",
    ),
    path(ENTRY, entry_views.entry_detail, name="entry-detail"),
    path(f"{ENTRY}corriger/", correction_views.entry_correct, name="entry-correct"),
]
