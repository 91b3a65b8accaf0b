"""DiCE on the rows and trees of `explain_decisions.py`: `dice.py FOLDER`.

The trees are LightGBM's own, the categories their codes, so that no other library is in its way.
"""

import contextlib
import io
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


class Trees:
    """What DiCE asks of a model: probabilities of a frame."""

    def __init__(self, text: str, codes: dict[str, dict[str, int]], columns: list[str]) -> None:
        import lightgbm

        self.booster = lightgbm.Booster(model_str=text)
        self.codes, self.columns = codes, columns
        self.classes_ = np.array([0, 1])

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        values = np.empty((len(frame), len(self.columns)))
        for place, name in enumerate(self.columns):
            of_column = frame[name]
            if name in self.codes:
                of_column = of_column.astype(str).map(self.codes[name]).fillna(0)
            values[:, place] = of_column.astype(float)
        chance = self.booster.predict(values, num_threads=1)
        return np.column_stack([1 - chance, chance])

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        return (self.predict_proba(frame)[:, 1] >= 0.5).astype(int)


def explain(folder: Path) -> None:
    import dice_ml

    asked = json.loads((folder / "asked.json").read_text())
    model = Trees((folder / "trees.txt").read_text(), asked["codes"], asked["columns"])
    frame = pd.read_csv(folder / "train.csv", keep_default_na=False)
    frame["bad"] = (frame.pop(asked["target"]) == "bad").astype(int)
    numbers = [name for name in asked["columns"] if name not in asked["codes"]]
    data = dice_ml.Data(dataframe=frame, continuous_features=numbers, outcome_name="bad")
    wrapped = dice_ml.Model(model=model, backend="sklearn")
    refused = pd.DataFrame(asked["rows"])[asked["columns"]]
    free = [name for name in asked["columns"] if name not in asked["immutable"]]
    told = {}
    for method in ("random", "genetic"):
        explainer = dice_ml.Dice(data, wrapped, method=method)
        for how, vary in (("default", "all"), ("to vary", free)):
            told[f"{method}, {how}"] = [one_row(explainer, refused, at, vary, asked["n"])
                                        for at in range(len(refused))]  # fmt: skip
    (folder / "dice.json").write_text(json.dumps(told, default=float))


def one_row(explainer, refused: pd.DataFrame, at: int, vary, n: int) -> dict:
    np.random.seed(at)
    query = refused.iloc[[at]].reset_index(drop=True)
    start, found, wrong = time.perf_counter(), None, ""
    nowhere = io.StringIO()
    with contextlib.redirect_stderr(nowhere), contextlib.redirect_stdout(nowhere):
        try:
            given = explainer.generate_counterfactuals(
                query, total_CFs=n, desired_class="opposite", features_to_vary=vary
            )
            found = given.cf_examples_list[0].final_cfs_df
        except Exception as error:
            wrong = type(error).__name__
    seconds = time.perf_counter() - start
    kept = [] if found is None else found[list(refused.columns)].to_dict("records")
    return {"seconds": seconds, "found": kept, "error": wrong}


if __name__ == "__main__":
    explain(Path(sys.argv[1]))
