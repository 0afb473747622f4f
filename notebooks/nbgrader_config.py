# What nbgrader needs to know to make the same students' notebooks, and the same points, from instructor/ as `coursekit assign` and `coursekit grade` do.
# nbgrader reads this file from the folder it is started in; a notebook goes into its source/ASSIGNMENT/ folder as it is. Its `#r` finds
# the library in the course folder that the kernel was installed from: `coursekit kernel install`, for the user that runs nbgrader.
c = get_config()  # noqa: F821, nbgrader defines it

# C# is not among the languages it has a stub for. Its delimiters, BEGIN SOLUTION and BEGIN HIDDEN TESTS, are the ones that our notebooks use.
c.ClearSolutions.code_stub = {"csharp": "// YOUR CODE HERE\nthrow new NotImplementedException();"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# As long a cell as `coursekit grade --timeout` allows.
c.ExecutePreprocessor.timeout = 60
