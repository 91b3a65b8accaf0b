from __future__ import annotations

from relevo.serve.metrics import Metrics


def test_the_text_is_prometheus_own() -> None:
    metrics = Metrics()
    metrics.predictions = 12_345_678
    metrics.count("/predict", 200, 0.0007)
    metrics.count("/predict", 200, 60.0)
    lines = metrics.text({"log_waiting": 3}, "en").splitlines()
    assert "# TYPE relevo_request_seconds histogram" in lines
    assert "relevo_predictions_total 12345678" in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="0.0005"} 0' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="0.001"} 1' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="10.0"} 1' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="+Inf"} 2' in lines
    assert 'relevo_request_seconds_count{route="/predict"} 2' in lines
    assert "relevo_log_waiting 3" in lines
    helps = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(helps) == len(set(helps)) == 5
