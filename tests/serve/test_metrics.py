from __future__ import annotations

import json

from relevo.serve.metrics import Metrics


def counted() -> Metrics:
    metrics = Metrics()
    metrics.add("predictions_total", 12_345_678, version=3)
    metrics.time("request_seconds", 0.0007, route="/predict")
    metrics.time("request_seconds", 60.0, route="/predict")
    return metrics


def test_the_text_is_prometheus_own() -> None:
    lines = counted().text({"log_waiting": {(): 3}}, "en").splitlines()
    assert "# TYPE relevo_request_seconds histogram" in lines
    assert 'relevo_predictions_total{version="3"} 12345678' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="0.0005"} 0' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="0.001"} 1' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="10.0"} 1' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="+Inf"} 2' in lines
    assert 'relevo_request_seconds_count{route="/predict"} 2' in lines
    assert "relevo_log_waiting 3" in lines
    helps = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(helps) == len(set(helps)) == 3


def test_what_a_label_holds_is_escaped() -> None:
    metrics = Metrics()
    metrics.add("requests_total", route='a"b\\c\nd')
    assert r'{route="a\"b\\c\nd"} 1' in metrics.text({}, "en")


def test_processes_are_added_up() -> None:
    total = Metrics()
    for _ in range(2):
        total.merge(json.loads(json.dumps(counted().snapshot())))
    lines = total.text({}, "en").splitlines()
    assert 'relevo_predictions_total{version="3"} 24691356' in lines
    assert 'relevo_request_seconds_bucket{route="/predict",le="+Inf"} 4' in lines
    assert 'relevo_request_seconds_sum{route="/predict"} 120.0014' in lines
