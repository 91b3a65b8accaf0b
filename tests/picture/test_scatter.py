import math
import xml.etree.ElementTree as ET

from relevo.picture.scatter import calibration, scatter

SVG = "{http://www.w3.org/2000/svg}"


def test_a_calibrated_model_lies_on_the_diagonal():
    picture = ET.fromstring(
        calibration([0.1, 0.5, 0.9], [0.1, 0.5, 0.9], [(0.0, 0.2), None, (0.8, 1.0)], title="t")
    )
    diagonal = next(p for p in picture.iter(f"{SVG}path") if p.get("class") == "diagonal")
    start, end = (tuple(map(float, p.split())) for p in diagonal.get("d")[1:].split("L"))
    slope = (end[1] - start[1]) / (end[0] - start[0])
    for point in picture.iter(f"{SVG}circle"):
        x, y = float(point.get("cx")), float(point.get("cy"))
        assert abs(start[1] + slope * (x - start[0]) - y) < 0.2  # pixels have one decimal


def test_points_that_are_not_finite_are_left_out():
    picture = scatter([1, 2, math.nan], [1, math.inf, 3], title="t", axes=("x", "y"))
    assert picture.count("<circle") == 1
    assert "circle" not in scatter([], [], title="t")
