using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The notebook that is run to grade a submission. It holds the teacher's cells in the teacher's order. The student's answers replace the
/// solutions, and code cells that the student added are inserted. So changes that the student made to checks or to the order have no effect.
/// </summary>
public sealed class GradingNotebook
{
    private GradingNotebook(Notebook notebook, IReadOnlyList<GradeCell> checks, IReadOnlyList<string> remarks) => (Notebook, Checks, Remarks) = (notebook, checks, remarks);

    /// <summary>The notebook to run.</summary>
    public Notebook Notebook { get; }

    /// <summary>The checks that are code cells, in order.</summary>
    public IReadOnlyList<GradeCell> Checks { get; }

    /// <summary>Messages for the student about missing answers and about cells that are not run.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Puts the notebook together.</summary>
    /// <param name="teachers">The teacher's notebook, with or without solutions; it is not changed.</param>
    /// <param name="students">The notebook that was handed in.</param>
    /// <param name="name">The name of the teacher's notebook in error messages.</param>
    /// <exception cref="NotebookFormatException">The nbgrader metadata of the teacher's notebook is not valid.</exception>
    public static GradingNotebook Of(Notebook teachers, Notebook students, string name)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        ArgumentNullException.ThrowIfNull(students);
        var notebook = Notebook.Parse(teachers.ToJson(), name);
        var graded = GradeCell.Of(notebook, name);
        var reserved = ReservedNames.Of(notebook, graded);
        List<string> remarks = [];
        var answers = students.Cells.Where(cell => IdOf(cell) is not null).GroupBy(IdOf).ToDictionary(same => same.Key!, same => same.First());
        foreach (var solution in graded.Where(cell => cell.IsSolution))
        {
            if (answers.TryGetValue(solution.Id, out var answer))
            {
                solution.Cell.Source = Harmless(answer, solution.Id);
                continue;
            }
            var missing = $"The cell {solution.Id} is missing: there is no answer in it.";
            remarks.Add(missing);
            solution.Cell.Source = Throwing(missing);
        }

        // Inserts each added cell behind the cell of the teacher that precedes it in the submission, or at the start if there is none.
        var place = 0;
        foreach (var cell in students.Cells)
        {
            if (PlaceOf(cell) is { } known)
                place = known + 1;
            else if (cell.Kind == CellKind.Code && Harmless(cell, "you added") is { Length: > 0 } source)
                notebook.Insert(place++, NotebookCell.Code(source));
        }
        return new(notebook, [.. graded.Where(cell => cell.IsCheck && cell.Cell.Kind == CellKind.Code)], remarks);

        int? PlaceOf(NotebookCell cell)
        {
            var id = IdOf(cell);
            var found = notebook.Cells.Index().FirstOrDefault(own => id is null ? own.Item.Id == cell.Id : IdOf(own.Item) == id);
            return found.Item is null ? null : found.Index;
        }

        string Harmless(NotebookCell cell, string which)
        {
            if (cell.Kind != CellKind.Code || reserved.WrongWith(cell.Source) is not { } wrong)
                return cell.Source;
            remarks.Add($"The cell {which} {wrong}: it was not run.");
            return Throwing($"This cell {wrong}: it was not run.");
        }
    }

    private static string Throwing(string message) => $"throw new InvalidOperationException(\"{message}\");";

    private static string? IdOf(NotebookCell cell) =>
        cell.Metadata["nbgrader"] is System.Text.Json.Nodes.JsonObject metadata && metadata["grade_id"] is System.Text.Json.Nodes.JsonValue id && id.TryGetValue(out string? text) ? text : null;
}
