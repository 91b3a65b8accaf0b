"""What a team writes today: mlflow + scikit-learn + evidently. Run in an empty folder that holds
reference.csv and new.csv; the argument is a free port."""

import os
import signal
import subprocess
import sys
import time

import mlflow
import pandas as pd
import requests
from evidently import Report
from evidently.presets import DataDriftPreset
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

url = f"http://127.0.0.1:{sys.argv[1]}"
reference, new = pd.read_csv("reference.csv"), pd.read_csv("new.csv")
X, y = reference.drop(columns="target"), reference["target"]
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("cancer")
with mlflow.start_run():
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
    chances = model.predict_proba(X_test)[:, 1]
    mlflow.log_metric("roc_auc", roc_auc_score(y_test, chances))
    logged = mlflow.sklearn.log_model(
        model, name="model", input_example=X_test[:5], registered_model_name="cancer"
    )
version = logged.registered_model_version
mlflow.MlflowClient().set_registered_model_alias("cancer", "champion", version)

serve = ["mlflow", "models", "serve", "-m", "models:/cancer@champion", "--env-manager", "local"]
environment = {**os.environ, "MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"}
server = subprocess.Popen([*serve, "-p", sys.argv[1]], env=environment, start_new_session=True)
try:
    while True:
        try:
            if requests.get(f"{url}/ping", timeout=5).ok:
                break
        except requests.ConnectionError:
            time.sleep(0.1)
    rows = new.drop(columns="target").to_dict(orient="split", index=False)
    answer = requests.post(f"{url}/invocations", json={"dataframe_split": rows}, timeout=60)
    answer.raise_for_status()
    print(len(answer.json()["predictions"]), "rows predicted")
finally:
    os.killpg(server.pid, signal.SIGTERM)
    server.wait()

Report([DataDriftPreset()]).run(new, reference).save_html("drift.html")
