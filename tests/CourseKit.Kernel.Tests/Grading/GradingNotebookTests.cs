using System.Text.Json.Nodes;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class GradingNotebookTests
{
    private static readonly Notebook Teachers = new(
        NotebookCell.Code("using Course;"),
        Solution("one", "int One() => /// BEGIN SOLUTION\n1;\n/// END SOLUTION"),
        Check("one-check", "Check.One(One);\n/// BEGIN HIDDEN TESTS\nCheck.Again(One);\n/// END HIDDEN TESTS"),
        NotebookCell.Code("var seen = One();"),
        Solution("two", "int two = 2;"),
        Check("two-check", "Check.Two(two, seen);"));

    [Fact]
    public void The_students_answers_stand_between_the_teachers_cells_and_checks()
    {
        var students = Student();
        students.Cells[1].Source = "int One() => 7;";
        students.Cells[2].Source = "// no check";
        students.Cells[3].Source = "var seen = 99;";
        Assert.Equal(
            ["using Course;", "int One() => 7;", "Check.One(One);\n/// BEGIN HIDDEN TESTS\nCheck.Again(One);\n/// END HIDDEN TESTS", "var seen = One();",
             "// YOUR CODE HERE\nthrow new NotImplementedException();", "Check.Two(two, seen);"],
            Sources(students, out var remarks));
        Assert.Empty(remarks);
    }

    [Fact]
    public void A_locked_cell_is_the_teachers_whatever_became_of_the_students_copy()
    {
        var teachers = Notebook.Parse(Teachers.ToJson(), "t");
        teachers.Cells[3].Metadata["nbgrader"] = Metadata("seen", check: false, solution: false);
        List<Action<Notebook>> changes =
        [
            students => { },
            students => students.Cells[3].Source = "var seen = 99;",
            students => students.RemoveAt(3),
            students => students.Cells[3].Metadata["nbgrader"]!["locked"] = false,
            students => students.Cells[3].Metadata["nbgrader"]!["solution"] = true,
            students => students.Cells[3].Metadata.Remove("nbgrader"), // handed in from a version before the cell was locked
        ];
        foreach (var change in changes)
        {
            var students = StudentVersion.Of(teachers, "t");
            change(students);
            var grading = Of(students, teachers);
            Assert.Empty(grading.Remarks);
            Assert.Equal(6, grading.Notebook.Cells.Count);
            Assert.Equal("var seen = One();", grading.Notebook.Cells[3].Source);
        }
    }

    [Fact]
    public void Cells_that_were_added_stay_where_they_stood()
    {
        var students = Student();
        students.Insert(1, NotebookCell.Code("int Helper() => 3;"));
        students.Insert(0, NotebookCell.Code("// first of all"));
        students.Add(NotebookCell.Code("Helper()"));
        students.Add(NotebookCell.Markdown("my notes"));
        var sources = Sources(students, out _);
        Assert.Equal(["using Course;", "// first of all", "int Helper() => 3;"], sources.Take(3)); // the teacher's first cell names the libraries
        Assert.Equal("Helper()", sources[^1]);
        Assert.Equal(9, sources.Count);
        // Messages name a cell by its id, so a second run must name the same one.
        var ids = Of(students, Teachers).Notebook.Cells.Select(cell => cell.Id).ToList();
        Assert.Subset(ids.ToHashSet(), students.Cells.Where(cell => cell.Kind == CellKind.Code).Select(cell => cell.Id).ToHashSet());
    }

    [Fact]
    public void In_another_order_and_without_their_checks_the_answers_are_found_all_the_same()
    {
        var students = Student();
        students.Cells[1].Source = "int One() => 1;";
        var moved = students.Cells[1];
        students.RemoveAt(2);
        students.RemoveAt(1);
        students.Add(moved);
        Assert.Equal("int One() => 1;", Sources(students, out var remarks)[1]);
        Assert.Empty(remarks);
    }

    [Fact]
    public void A_missing_answer_stops_in_its_place_and_is_said()
    {
        var students = Student();
        students.RemoveAt(4);
        Assert.Equal("throw new InvalidOperationException(\"The cell two is missing: there is no answer in it.\");", Sources(students, out var remarks)[4]);
        Assert.Equal("The cell two is missing: there is no answer in it.", Assert.Single(remarks));
    }

    [Theory]
    [InlineData("static class Check { public static void One(object o) { } }")]
    [InlineData("var Check = new { };")]
    [InlineData("using Check = System.Console;")]
    [InlineData("void display(object o) { }")]
    [InlineData("namespace Check { }")]
    public void A_cell_that_puts_something_in_the_place_of_the_checks_is_left_out(string fraud)
    {
        var students = Student();
        students.Cells[1].Source = fraud + "\nint One() => 1;";
        students.Insert(1, NotebookCell.Code(fraud));
        var sources = Sources(students, out var remarks);
        Assert.DoesNotContain(sources, source => source.Contains(fraud, StringComparison.Ordinal));
        Assert.Equal(2, remarks.Count);
        Assert.Contains("a name that the checks use: it was not run", remarks[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_solution_is_to_declare_is_no_fraud()
    {
        var students = Student();
        students.Cells[4].Source = "int two = 5; static void Two(this object check, int x, int y) { }";
        Assert.Contains("a name that the checks use", Assert.Single(Of(students).Remarks), StringComparison.Ordinal); // Check.Two
        students.Cells[4].Source = "int two = 5; string Two = \"\";"; // no variable is meant behind a dot
        Assert.Empty(Of(students).Remarks);
    }

    [Fact]
    public void Of_copies_of_an_answer_the_last_one_with_an_answer_counts_and_that_is_said()
    {
        var students = Student();
        students.Cells[1].Source = "int One() => 3;";
        students.Insert(2, Solution("one", "int One() => 4;"));
        students.Add(Solution("one", Student().Cells[1].Source)); // the start, without an answer
        var sources = Sources(students, out var remarks);
        Assert.Equal("int One() => 4;", sources[1]);
        Assert.Equal(6, sources.Count);
        Assert.Equal("The cell one is there 3 times: the last one with an answer counts.", Assert.Single(remarks));
    }

    [Fact]
    public void An_answer_whose_metadata_an_editor_dropped_is_found_by_its_id()
    {
        var students = Student();
        students.Cells[4].Source = "int two = 22;";
        students.Cells[4].Metadata.Remove("nbgrader");
        Assert.Equal("int two = 22;", Sources(students, out var remarks)[4]);
        Assert.Equal("The cell two has lost its metadata; it was found by its id.", Assert.Single(remarks));
    }

    [Fact]
    public void Copies_of_the_teachers_cells_and_checks_run_once_and_are_the_teachers()
    {
        var students = Student();
        foreach (var cell in Student().Cells)
        {
            cell.Metadata.Remove("nbgrader");
            students.Add(NotebookCell.Code(cell.Source));
        }
        students.Insert(1, Check("one-check", "var fake = 1;"));
        Assert.Equal(Sources(Student(), out _), Sources(students, out _));
    }

    [Fact]
    public void Of_hundreds_of_added_cells_five_hundred_are_read_and_the_rest_is_not_run()
    {
        var students = Student();
        for (var i = 0; i < 1000; i++)
            students.Add(NotebookCell.Code($"// {i}"));
        Assert.Equal(500, GradingNotebook.CodeOf(students).Count);
        var sources = Sources(students, out var remarks);
        Assert.Equal(494, sources.Count(source => source.StartsWith("// ", StringComparison.Ordinal) && !source.Contains("YOUR CODE", StringComparison.Ordinal)));
        Assert.Contains("The cell you added is too long or too deeply nested to be read: it was not run.", remarks);
    }

    [Fact]
    public void The_teachers_header_and_first_code_stay_in_front_of_all_that_a_student_puts_there()
    {
        var teachers = Notebook.Parse(Teachers.ToJson(), "t");
        teachers.Insert(0, NotebookCell.Markdown("# Tasks"));
        var students = StudentVersion.Of(teachers, "t");
        students.Insert(0, NotebookCell.Code("// first"));
        Assert.Equal(["# Tasks", "using Course;", "// first"], Of(students, teachers).Notebook.Cells.Take(3).Select(cell => cell.Source));
    }

    [Fact]
    public void A_check_stays_the_teachers_if_a_student_gives_its_id_to_another_cell()
    {
        var students = Student();
        var fake = NotebookCell.Code("Console.WriteLine(1);");
        fake.Metadata["nbgrader"] = Metadata("two-check", check: false, solution: true);
        students.Add(fake);
        var grading = Of(students);
        Assert.Equal("Check.Two(two, seen);", grading.Checks[1].Cell.Source);
        Assert.DoesNotContain(grading.Notebook.Cells, cell => cell.Source.Contains("WriteLine", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_that_reach_into_the_process_run_and_are_shown_to_the_teacher()
    {
        var students = Student();
        students.Cells[1].Source = "int One() => 1;\nAppContext.SetData(\"x\", null);";
        var grading = Of(students);
        Assert.Equal(["AppContext.SetData(\"x\", null);"], grading.Suspicious);
        Assert.Empty(grading.Remarks);
    }

    private static GradingNotebook Of(Notebook students, Notebook? teachers = null) =>
        GradingNotebook.Of(teachers ?? Teachers, students, GradingNotebook.CodeOf(students).ToDictionary(cell => cell, cell => (SourceFacts?)SourceFacts.Of(cell.Source)), "t");

    private static Notebook Student() => StudentVersion.Of(Teachers, "t");

    private static List<string> Sources(Notebook students, out IReadOnlyList<string> remarks)
    {
        var grading = Of(students);
        remarks = grading.Remarks;
        Assert.Equal(["one-check", "two-check"], grading.Checks.Select(check => check.Id));
        return [.. grading.Notebook.Cells.Select(cell => cell.Source)];
    }

    private static NotebookCell Solution(string id, string source) => Graded(id, source, check: false);

    private static NotebookCell Check(string id, string source) => Graded(id, source, check: true);

    private static NotebookCell Graded(string id, string source, bool check)
    {
        var cell = NotebookCell.Code(source);
        cell.Metadata["nbgrader"] = Metadata(id, check, solution: !check);
        return cell;
    }

    private static JsonObject Metadata(string id, bool check, bool solution) => new()
    {
        ["schema_version"] = 3,
        ["grade"] = check,
        ["solution"] = solution,
        ["locked"] = !solution,
        ["grade_id"] = id,
        ["points"] = check ? 1 : 0,
    };
}
