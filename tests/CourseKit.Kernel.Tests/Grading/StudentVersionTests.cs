using System.Text.Json.Nodes;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class StudentVersionTests
{
    [Fact]
    public void A_stub_stands_where_the_solution_was_indented_as_it_was()
    {
        const string source = "double Loss(double x)\n{\n    /// BEGIN SOLUTION\n    var y = x * x;\n    return y;\n    /// END SOLUTION\n}\nLoss(2)";
        Assert.Equal("double Loss(double x)\n{\n    // YOUR CODE HERE\n    throw new NotImplementedException();\n}\nLoss(2)", Student(Solution(source)));
    }

    [Fact]
    public void nbgrader_is_told_the_same_stubs()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CourseKit.sln")))
            folder = folder.Parent!;
        var config = File.ReadAllText(Path.Combine(folder.FullName, "notebooks", "nbgrader_config.py"));
        Assert.Contains($"c.ClearSolutions.code_stub = {{\"csharp\": \"{StudentVersion.CodeStub.Replace("\n", "\\n", StringComparison.Ordinal)}\"}}\n", config, StringComparison.Ordinal);
        Assert.Contains($"c.ClearSolutions.text_stub = \"{StudentVersion.TextStub}\"\n", config, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_region_of_a_cell_becomes_a_stub_and_what_stands_between_stays()
    {
        const string source = "/// BEGIN SOLUTION\n1\n/// END SOLUTION\nvar kept = 2;\n/// BEGIN SOLUTION\n3\n/// END SOLUTION";
        Assert.Equal("// YOUR CODE HERE\nthrow new NotImplementedException();\nvar kept = 2;\n// YOUR CODE HERE\nthrow new NotImplementedException();", Student(Solution(source)));
    }

    [Fact]
    public void A_solution_without_regions_is_a_stub_as_a_whole()
    {
        Assert.Equal("// YOUR CODE HERE\nthrow new NotImplementedException();", Student(Solution("var x = 3;\nx")));
        Assert.Equal("YOUR ANSWER HERE", Student(Graded(NotebookCell.Markdown("Because of this."), grade: true, solution: true, points: 1)));
    }

    [Fact]
    public void Hidden_tests_are_cut_out_and_the_shown_ones_stay()
    {
        const string source = "Check.A(x);\n/// BEGIN HIDDEN TESTS\nCheck.B(x);\n/// END HIDDEN TESTS\nCheck.C(x)";
        Assert.Equal("Check.A(x);\nCheck.C(x)", Student(Graded(NotebookCell.Code(source), grade: true, points: 2)));
    }

    [Fact]
    public void Other_cells_lose_their_outputs_only_and_the_teachers_notebook_nothing()
    {
        var cell = NotebookCell.Code("1 + 1");
        cell.ExecutionCount = 3;
        cell.Outputs.Add(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "2" });
        var teachers = new Notebook(NotebookCell.Markdown("# Exercise"), cell, Solution("/// BEGIN SOLUTION\n1\n/// END SOLUTION"));
        var before = teachers.ToJson();
        var student = StudentVersion.Of(teachers, "e.ipynb");
        Assert.Equal(["# Exercise", "1 + 1"], student.Cells.Take(2).Select(one => one.Source));
        Assert.Empty(student.Cells[1].Outputs);
        Assert.Null(student.Cells[1].ExecutionCount);
        Assert.Equal(before, teachers.ToJson());
        Assert.Equal(teachers.Cells[2].Metadata.ToJsonString(), student.Cells[2].Metadata.ToJsonString());
    }

    [Theory]
    [InlineData("/// BEGIN SOLUTION\n1")]
    [InlineData("1\n/// END SOLUTION")]
    [InlineData("/// BEGIN SOLUTION\n/// BEGIN SOLUTION\n/// END SOLUTION")]
    [InlineData("/// BEGIN HIDDEN TESTS\n1\n/// END HIDDEN TESTS")]
    public void A_broken_region_or_hidden_tests_in_a_solution_are_refused_and_the_cell_is_named(string source)
    {
        var error = Assert.Throws<NotebookFormatException>(() => StudentVersion.Of(new Notebook(NotebookCell.Markdown("a"), Solution(source)), "e.ipynb"));
        Assert.Equal(("e.ipynb", "cells[1].source"), (error.File, error.Field));
    }

    [Fact]
    public void A_solution_in_a_cell_that_students_get_as_it_is_is_refused()
    {
        var leak = new Notebook(NotebookCell.Code("/// BEGIN SOLUTION\n1\n/// END SOLUTION"));
        Assert.Contains("is not one", Assert.Throws<NotebookFormatException>(() => StudentVersion.Of(leak, "e.ipynb")).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schema_version":2,"grade":true,"solution":false,"locked":true,"grade_id":"a","points":1}""", "schema_version")]
    [InlineData("""{"schema_version":3,"grade":true,"solution":false,"locked":true,"grade_id":"a b","points":1}""", "grade_id")]
    [InlineData("""{"schema_version":3,"grade":"yes","solution":false,"locked":true,"grade_id":"a","points":1}""", "grade")]
    [InlineData("""{"schema_version":3,"grade":true,"solution":false,"locked":true,"grade_id":"a"}""", "points")]
    [InlineData("""{"schema_version":3,"grade":true,"solution":false,"locked":true,"grade_id":"a","points":-1}""", "points")]
    [InlineData("""{"schema_version":3,"grade":true,"solution":true,"locked":false,"grade_id":"a","points":1}""", "solution")]
    public void Metadata_that_nbgrader_would_not_take_are_refused_and_the_field_is_named(string metadata, string field)
    {
        var cell = NotebookCell.Code("1");
        cell.Metadata["nbgrader"] = JsonNode.Parse(metadata);
        Assert.Equal($"cells[0].metadata.nbgrader.{field}", Assert.Throws<NotebookFormatException>(() => GradeCell.Of(new Notebook(cell), "e.ipynb")).Field);
    }

    [Fact]
    public void One_id_twice_is_refused()
    {
        var twice = new Notebook(Solution("1"), Solution("2"));
        Assert.Contains("another cell", Assert.Throws<NotebookFormatException>(() => GradeCell.Of(twice, "e.ipynb")).Found, StringComparison.Ordinal);
    }

    private static string Student(NotebookCell cell) => StudentVersion.Of(new Notebook(cell), "e.ipynb").Cells[0].Source;

    private static NotebookCell Solution(string source) => Graded(NotebookCell.Code(source), solution: true);

    private static NotebookCell Graded(NotebookCell cell, bool grade = false, bool solution = false, double points = 0)
    {
        cell.Metadata["nbgrader"] = new JsonObject
        {
            ["schema_version"] = 3,
            ["grade"] = grade,
            ["solution"] = solution,
            ["locked"] = !solution,
            ["grade_id"] = "task",
            ["points"] = points,
        };
        return cell;
    }
}
