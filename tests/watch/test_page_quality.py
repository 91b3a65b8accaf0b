from __future__ import annotations

from relevo.picture import Figures, Note, Table, page
from relevo.watch.completeness import PeriodLabels
from relevo.watch.estimated_over_time import EstimatedPeriod
from relevo.watch.over_time import Period
from relevo.watch.page_quality import quality_section

ESTIMATED = [
    EstimatedPeriod("2024-01", 0.80, 0.78, 0.82, 900),
    EstimatedPeriod("2024-02", 0.79, 0.77, 0.81, 800),
    EstimatedPeriod("2024-03", 0.78, 0.76, 0.80, 700),
]
REALISED = [Period("2024-01", 0.79, 0.75, 0.83, 850), Period("2024-02", 0.70, 0.66, 0.74, 300)]
LABELS = [
    PeriodLabels("2024-01", 900, 850, 1.0, True),
    PeriodLabels("2024-02", 800, 300, 0.4, False),
    PeriodLabels("2024-03", 700, 0, 0.0, False),
]


def test_both_figures_stand_side_by_side_and_how_far_the_estimate_was_off():
    section = quality_section("roc_auc", ESTIMATED, REALISED, LABELS, ["Concept drift is not seen"])
    kinds = {type(block): block for block in section.blocks}
    assert kinds[Note].tone == "warning"
    assert kinds[Figures].items == (("Estimate off by", "0.05"), ("Intervals that held", "1 / 2"))
    january, february, march = kinds[Table].rows
    assert january[:5] == ("2024-01", 0.80, 0.78, 0.82, 0.79)
    assert february[5] > 0.08
    assert february[-3:] == (800, 300, "40 % of the outcomes are here")
    assert march[4:6] == (None, None)
    html = page("t", [section], "en")
    assert html.count("<path") >= 3  # two lines, and shades


def test_without_any_outcome_there_is_only_the_estimate():
    section = quality_section("roc_auc", ESTIMATED)
    assert not any(isinstance(block, Figures) for block in section.blocks)
    assert "Estimated" in page("t", [section], "en")
