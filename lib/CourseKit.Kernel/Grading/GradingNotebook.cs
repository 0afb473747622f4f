using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The notebook that is run to grade a submission. It holds the teacher's cells in the teacher's order. The student's answers replace the
/// solutions, and code cells that the student added are inserted. So changes that the student made to checks or to the order have no effect.
/// </summary>
public sealed class GradingNotebook
{
    // Nobody writes more cells by hand. A notebook of generated cells could keep the compiler busy for minutes.
    private const int MostCells = 500;

    private GradingNotebook(Notebook notebook, IReadOnlyList<GradeCell> checks, IReadOnlyList<string> remarks, IReadOnlyList<string> suspicious) =>
        (Notebook, Checks, Remarks, Suspicious) = (notebook, checks, remarks, suspicious);

    /// <summary>The notebook to run.</summary>
    public Notebook Notebook { get; }

    /// <summary>The checks that are code cells, in order.</summary>
    public IReadOnlyList<GradeCell> Checks { get; }

    /// <summary>Messages for the student about missing, copied or changed answer cells and about cells that are not run.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>The student's lines that reach into the process or the system. They are run; a teacher should read them.</summary>
    public IReadOnlyList<string> Suspicious { get; }

    /// <summary>The student's cells that a <see cref="GradingNotebook"/> may run, so the caller must know what they hold.</summary>
    /// <param name="students">The notebook that was handed in.</param>
    internal static IReadOnlyList<NotebookCell> CodeOf(Notebook students) => [.. students.Cells.Where(cell => cell.Kind == CellKind.Code && !string.IsNullOrWhiteSpace(cell.Source)).Take(MostCells)];

    /// <summary>Puts the notebook together.</summary>
    /// <param name="teachers">The teacher's notebook, with or without solutions; it is not changed.</param>
    /// <param name="students">The notebook that was handed in.</param>
    /// <param name="facts">What the cells of <see cref="CodeOf"/> hold; null for a cell that the compiler could not read.</param>
    /// <param name="name">The name of the teacher's notebook in error messages.</param>
    /// <exception cref="NotebookFormatException">The nbgrader metadata of the teacher's notebook is not valid.</exception>
    internal static GradingNotebook Of(Notebook teachers, Notebook students, IReadOnlyDictionary<NotebookCell, SourceFacts?> facts, string name)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        ArgumentNullException.ThrowIfNull(students);
        var notebook = Notebook.Parse(teachers.ToJson(), name);
        var graded = GradeCell.Of(notebook, name);
        var reserved = ReservedNames.Of(notebook, graded);
        var handedOut = StudentVersion.Of(teachers, name).Cells;
        var stubs = handedOut.Where(cell => IdOf(cell) is not null).ToDictionary(cell => IdOf(cell)!, cell => cell.Source);
        var known = teachers.Cells.Concat(handedOut).Select(cell => cell.Source.Trim()).ToHashSet();
        List<string> remarks = [], suspicious = [];
        foreach (var solution in graded.Where(cell => cell.IsSolution))
            solution.Cell.Source = AnswerTo(solution) is { } answer ? Harmless(answer, solution.Id) : Throwing(Remark($"The cell {solution.Id} is missing: there is no answer in it."));

        // Inserts each added cell behind all cells of the teacher that precede it in the submission. The teacher's first code cell stays first: it
        // names the libraries, and no cell of the student may come before it.
        var place = notebook.Cells.TakeWhile(cell => cell.Kind != CellKind.Code).Count() + 1;
        foreach (var cell in students.Cells)
        {
            if (PlaceOf(cell) is { } at)
                place = Math.Max(place, at + 1);
            else if (cell.Kind == CellKind.Code && !known.Contains(cell.Source.Trim()) && Harmless(cell, "you added") is { Length: > 0 } source)
            {
                // With the student's id, messages name the same cell in each run, and a cell that the student knows.
                var added = NotebookCell.Code(source);
                added.Id = cell.Id;
                notebook.Insert(place++, added);
            }
        }
        return new(notebook, [.. graded.Where(cell => cell.IsCheck && cell.Cell.Kind == CellKind.Code)], remarks, suspicious);

        // The student's cell with the solution's grade_id. If there are copies of it, the last answered one counts. If an editor has removed the
        // metadata, the cell still has its id and is found by it.
        NotebookCell? AnswerTo(GradeCell solution)
        {
            var same = students.Cells.Where(cell => IdOf(cell) == solution.Id).ToList();
            if (same.Count == 0 && students.Cells.FirstOrDefault(cell => IdOf(cell) is null && cell.Id == solution.Cell.Id) is { } stripped)
            {
                Remark($"The cell {solution.Id} has lost its metadata; it was found by its id.");
                same.Add(stripped);
            }
            if (same.Count > 1)
                Remark($"The cell {solution.Id} is there {same.Count} times: the last one with an answer counts.");
            return same.LastOrDefault(cell => cell.Source.Trim() != stubs.GetValueOrDefault(solution.Id)?.Trim()) ?? same.LastOrDefault();
        }

        int? PlaceOf(NotebookCell cell)
        {
            var id = IdOf(cell);
            var found = notebook.Cells.Index().FirstOrDefault(own => own.Item.Id == cell.Id || (id is not null && IdOf(own.Item) == id));
            return found.Item is null ? null : found.Index;
        }

        string Harmless(NotebookCell cell, string which)
        {
            if (cell.Kind != CellKind.Code || string.IsNullOrWhiteSpace(cell.Source))
                return cell.Source;
            var held = facts.GetValueOrDefault(cell);
            if (reserved.WrongWith(held) is { } wrong)
            {
                Remark($"The cell {which} {wrong}: it was not run.");
                return Throwing($"This cell {wrong}: it was not run.");
            }
            suspicious.AddRange(held!.Suspicious);
            return cell.Source;
        }

        string Remark(string text)
        {
            remarks.Add(text);
            return text;
        }
    }

    private static string Throwing(string message) => $"throw new InvalidOperationException({Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(message, quote: true)});";

    private static string? IdOf(NotebookCell cell) =>
        cell.Metadata["nbgrader"] is System.Text.Json.Nodes.JsonObject metadata && metadata["grade_id"] is System.Text.Json.Nodes.JsonValue id && id.TryGetValue(out string? text) ? text : null;
}
