"""What makes a check of the audit fail: a finding without a reason, a mark that is missing."""

import pytest

from tests.audit import lighthouse, report
from tests.audit.findings import Acceptance, Finding, Result, acceptances, sort_out

CONTRAST = Finding("/ #contenu", "the contrast is weak")
ACCEPTED = Acceptance(check="pa11y", message="contrast", where="^/ ", reason="It is a logo.")


@pytest.mark.parametrize(
    ("check", "finding", "is_accepted"),
    [
        ("pa11y", CONTRAST, True),
        ("vnu", CONTRAST, False),
        ("pa11y", Finding("/equipes/", CONTRAST.message), False),
        ("pa11y", Finding("/ #contenu", "no label"), False),
    ],
)
def test_a_finding_stays_only_for_the_reason_of_its_check_and_place(check, finding, is_accepted):
    to_mend, by_reason = sort_out(check, [finding], [ACCEPTED])
    assert to_mend == ([] if is_accepted else [finding])
    assert by_reason == ({"It is a logo.": [finding]} if is_accepted else {})


def test_every_reason_is_a_sentence():
    assert [row for row in acceptances() if not row.reason.endswith(".")] == []


def marks(performance: float | None) -> dict:
    other = {"score": 1, "auditRefs": []}
    names = lighthouse.CATEGORIES[1:]
    speed = {"score": performance, "auditRefs": []}
    return {"categories": {"performance": speed, **dict.fromkeys(names, other)}, "audits": {}}


def test_a_missing_mark_is_a_finding():
    assert lighthouse.findings_of("/", marks(1)) == []
    assert lighthouse.findings_of("/", marks(0.5)) != []
    assert lighthouse.findings_of("/", marks(None)) == [
        Finding("/", "performance: no mark was given")
    ]
    assert len(lighthouse.findings_of("/", {"categories": {}})) == len(lighthouse.CATEGORIES)


def test_the_report_lists_a_message_once_with_its_places_and_reasons(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    places = [Finding(f"/{number}", "no label") for number in range(7)]
    path = report.write("pa11y", "Pages", Result([], "", []), places, {"It is a logo.": [CONTRAST]})
    text = path.read_text()
    assert "## Findings to mend: 7" in text
    assert "- no label: `/0`, `/1`, `/2`, `/3`, `/4`, and 2 more" in text
    assert "It is a logo.\n\n- the contrast is weak: `/ #contenu`" in text
