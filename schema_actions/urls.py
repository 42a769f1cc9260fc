from django.urls import path, register_converter

from schema_actions import files, views


class SheetKey:
    """A code, and a variant where there is one: "1.1.1", "1.3.1-enfance"."""

    regex = r"[0-9][0-9.]{0,9}(?:-[-a-zA-Z0-9_]{1,40})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SheetKey, "sheet")

CAMPAIGN = "schemas/<slug:plan>/campagnes/<slug:campaign>/"

urlpatterns = [
    path("schemas/", views.plan_list, name="plan-list"),
    path("schemas/<slug:plan>/", views.plan_detail, name="plan-detail"),
    path("schemas/<slug:plan>/fiches/", views.sheet_list, name="sheet-list"),
    path("schemas/<slug:plan>/fiches/<sheet:key>/", views.sheet_detail, name="sheet-detail"),
    path("schemas/<slug:plan>/fiches/<sheet:key>/fiche.pdf", files.sheet_pdf, name="sheet-pdf"),
    path(CAMPAIGN, views.campaign_detail, name="campaign-detail"),
    path(f"{CAMPAIGN}rapport.pdf", files.campaign_report, name="campaign-report"),
    path(f"{CAMPAIGN}fiches.csv", files.campaign_csv, name="campaign-csv"),
    path(f"{CAMPAIGN}fiches.xlsx", files.campaign_xlsx, name="campaign-xlsx"),
]
