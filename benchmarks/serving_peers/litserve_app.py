"""LitServe over the pipeline; the argument is the port.

Without postponed annotations, which LitServe reads as names of query parameters.
"""

import os
import sys
from typing import Any

import joblib
import litserve
import pandas as pd


class Served(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self.pipeline = joblib.load(os.environ["PIPELINE"])

    def decode_request(self, request: dict[str, Any]) -> pd.DataFrame:
        return pd.DataFrame(request["rows"])

    def predict(self, x: pd.DataFrame) -> Any:
        return self.pipeline.predict_proba(x)

    def encode_response(self, output: Any) -> dict[str, Any]:
        return {"predictions": output.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Served(), accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False)
