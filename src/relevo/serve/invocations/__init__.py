"""MLflow's scoring protocol: `POST /invocations` in all its forms."""
