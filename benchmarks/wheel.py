"""The same job as glue.py with relevo, in an empty folder that holds reference.csv and new.csv."""

import relevo

project = relevo.Project("cancer")
project.new(data="reference.csv", target="target")
project.run()
with project.serving() as endpoint:
    print(len(endpoint.predict("new.csv")), "rows predicted")
project.watch("new.csv")
