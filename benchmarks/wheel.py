"""The same job as glue.py with relevo. Run in an empty folder that holds reference.csv and new.csv;
the argument is a free port."""

import sys

import relevo

project = relevo.Project("cancer")
project.new(data="reference.csv", target="target")
project.run()
with project.serve(port=int(sys.argv[1]), background=True) as endpoint:
    print(len(endpoint.predict("new.csv")), "rows predicted")
project.watch("new.csv")
