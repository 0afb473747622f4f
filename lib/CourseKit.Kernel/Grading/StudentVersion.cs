using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Makes the students' version of a teacher's notebook: without solutions, hidden tests and outputs. The delimiters are those of nbgrader, so
/// that nbgrader cuts the same lines.
/// </summary>
public static partial class StudentVersion
{
    /// <summary>The text that replaces a solution in a code cell.</summary>
    public const string CodeStub = "// YOUR CODE HERE\nthrow new NotImplementedException();";

    /// <summary>The text that replaces a solution in a cell that is not code.</summary>
    public const string TextStub = "YOUR ANSWER HERE";

    /// <summary>Makes the students' version.</summary>
    /// <param name="teachers">The teacher's notebook; it is not changed.</param>
    /// <param name="name">The notebook's name in error messages.</param>
    /// <exception cref="NotebookFormatException">
    /// A region is not closed, is inside another one or is in a wrong cell, or the nbgrader metadata is not valid.
    /// </exception>
    public static Notebook Of(Notebook teachers, string name)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        var notebook = Notebook.Parse(teachers.ToJson(), name);
        var graded = GradeCell.Of(notebook, name).ToDictionary(grade => grade.Cell);
        foreach (var (index, cell) in notebook.Cells.Index())
        {
            var grade = graded.GetValueOrDefault(cell);
            var stub = cell.Kind == CellKind.Code ? CodeStub : TextStub;
            cell.ClearOutputs();
            var (unsolved, shown) = (Without("SOLUTION", stub), Without("HIDDEN TESTS", ""));
            if (unsolved is not null && grade?.IsSolution != true)
                throw Wrong("a solution in a cell that is not one (nbgrader's `solution` is false)");
            if (shown is not null && grade?.IsCheck != true)
                throw Wrong("hidden tests in a cell that is no check");
            if (grade?.IsSolution == true)
                cell.Source = unsolved ?? stub;
            else if (shown is not null)
                cell.Source = shown;

            string? Without(string region, string instead) => Cut(cell.Source, region, instead, () => Wrong($"a region of {region} that is not closed, or one within another"));

            NotebookFormatException Wrong(string found) =>
                new(name, $"cells[{index}].source", found, "/// BEGIN SOLUTION ... /// END SOLUTION in a solution cell, /// BEGIN HIDDEN TESTS ... /// END HIDDEN TESTS in a check");
        }
        return notebook;
    }

    /// <summary>
    /// A copy of an executed notebook without hidden tests. If a check with such tests failed, only its error message is left, without lines of code.
    /// </summary>
    /// <param name="executed">The notebook; it is not changed.</param>
    internal static Notebook WithoutHiddenTests(Notebook executed)
    {
        var notebook = Notebook.Parse(executed.ToJson());
        foreach (var cell in GradeCell.Of(notebook, "").Where(cell => cell.IsCheck).Select(cell => cell.Cell))
        {
            if (Cut(cell.Source, "HIDDEN TESTS", "", () => new InvalidOperationException("The region is not closed.")) is not { } shown)
                continue;
            cell.Source = shown;
            foreach (var error in cell.Outputs.OfType<System.Text.Json.Nodes.JsonObject>().Where(output => (string?)output["output_type"] == "error"))
                error["traceback"] = new System.Text.Json.Nodes.JsonArray($"{error["ename"]}: {error["evalue"]}");
        }
        return notebook;
    }

    // The source with each region replaced; null if it has no region. The replacement is indented like the line that begins the region.
    private static string? Cut(string source, string region, string instead, Func<Exception> broken)
    {
        List<string> kept = [];
        var (inside, found) = (false, false);
        foreach (var line in source.Split('\n'))
        {
            var (begins, ends) = (line.Contains($"BEGIN {region}", StringComparison.Ordinal), line.Contains($"END {region}", StringComparison.Ordinal));
            if (begins == inside && (begins || ends))
                throw broken();
            if (begins && instead.Length > 0)
                kept.AddRange(instead.Split('\n').Select(text => Indentation().Match(line).Value + text));
            else if (!begins && !ends && !inside)
                kept.Add(line);
            (inside, found) = (begins || (inside && !ends), found || begins);
        }
        return inside ? throw broken() : found ? string.Join('\n', kept) : null;
    }

    [GeneratedRegex("^[ \t]*")]
    private static partial Regex Indentation();
}
